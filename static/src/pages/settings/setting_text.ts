import { useI18n } from 'vue-i18n'

import type { LocalizedText, Setting, SettingValue } from '@/api/settings'
import { useNames } from '@/composables/names'

import type { Problem } from './form'

const steps: ['day' | 'hour' | 'minute', number][] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]

/** 5400 seconds as “1.5 hours”; null where the seconds say it as well. */
export function longer(seconds: number, locale: string): string | null {
  const step = steps.find(([, length]) => seconds >= length)
  if (!step) return null
  const [unit, length] = step
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 1 }).format(
    seconds / length,
  )
}

/** What is said of a setting, in the page's language. */
export function useSettingText() {
  const { t, locale } = useI18n()
  const name = useNames()
  const number = (value: number) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: 20, useGrouping: 'min2' }).format(value)
  const localized = (of: LocalizedText) => (locale.value.startsWith('zh') ? of.zh : of.en)
  const choice = ({ key }: Setting, word: string) => name(`settings.choices.${key}`, word)

  return {
    localized,
    choice,
    unit: ({ unit }: Setting) => (unit ? name('settings.units', unit) : ''),
    group: (word: string) => name('settings.groups', word),

    value(setting: Setting, value: SettingValue): string {
      if (value === null) return t('settings.none')
      if (setting.secret) return t('settings.secret.set')
      if (typeof value === 'boolean') return t(value ? 'settings.on' : 'settings.off')
      if (typeof value === 'number') return number(value)
      return setting.choices ? choice(setting, value) : value
    },

    /** What may be entered; empty where the field shows it. */
    range(setting: Setting): string {
      if (setting.type === 'boolean' || setting.choices) return ''
      if (setting.type === 'text') return setting.form ? localized(setting.form) : ''
      const bounds = { min: number(setting.min ?? 0), max: number(setting.max ?? 0) }
      return t(setting.above_min ? 'settings.moreThan' : 'settings.range', bounds)
    },

    problem({ key, values }: Problem): string {
      const numbers = Object.entries(values ?? {}).map(([word, value]) => [word, number(value)])
      return t(`settings.problem.${key}`, Object.fromEntries(numbers))
    },

    longer: (setting: Setting, text: string) =>
      setting.unit === 's' && text.trim() !== '' ? longer(Number(text), locale.value) : null,
  }
}
