import { useI18n } from 'vue-i18n'

import type { Schema } from '@/api/types'
import { addMessages } from '@/i18n'
import { pageMessages } from '@/i18n/messages'
import en from '@/locales/service/en.json'
import zhCn from '@/locales/service/zh-CN.json'

import { useNames } from './names'
import { useNumbers } from './numbers'
import { absoluteTime } from './time'

/** What the service has to say: which text of `locales/service`, and what fills it in. */
export type ServiceMessage = Schema<'ServiceMessage'>

addMessages(pageMessages('service', en, zhCn))

const times = ['at', 'since', 'until', 'before']
const isMessage = (value: unknown): value is ServiceMessage =>
  typeof value === 'object' && value !== null && 'code' in value && 'params' in value

/** Messages of the service in the page's language. A code that this page does not know yet is shown as it is. */
export function useServiceMessages() {
  const { t, te, locale } = useI18n()
  const name = useNames()
  const { number } = useNumbers()

  function list(words: string[]): string {
    return new Intl.ListFormat(locale.value, { style: 'narrow' }).format(words)
  }

  /** How a value is shown follows from its name; core/base/message/message.hpp has the list. */
  function shown(key: string, value: unknown): string {
    if (isMessage(value)) return say(value)
    if (Array.isArray(value)) {
      const words = value.map(String)
      if (key === 'names') return list(words.map((job) => name('timedJob', job)))
      return list(key === 'regions' ? words.map((region) => region.toUpperCase()) : words)
    }
    if (key.endsWith('bytes')) return size(Number(value))
    const text = String(value)
    if (key === 'job') return name('timedJob', text)
    if (key.endsWith('region')) return text.toUpperCase()
    const at = times.includes(key) || key.endsWith('_at') ? new Date(text) : null
    return at && text.includes('T') && !Number.isNaN(at.getTime()) ? absoluteTime(at, locale.value) : text
  }

  function size(bytes: number): string {
    return bytes < 1e9
      ? `${number(bytes < 1e8 ? bytes / 1e6 : Math.round(bytes / 1e6))} MB`
      : `${number(bytes / 1e9)} GB`
  }

  function say(message: ServiceMessage | null | undefined): string {
    if (!message) return ''
    const values = Object.entries(message.params).map(([key, value]) => [key, shown(key, value)] as const)
    const key = `service.${message.code}`
    if (!te(key) && !te(key, 'en')) {
      const told = values.map(([word, value]) => `${word}: ${value}`).join(', ')
      return told ? `${message.code} (${told})` : message.code
    }
    return t(key, Object.fromEntries(values), Number(message.params.count ?? 1))
  }

  return say
}
