import { createI18n } from 'vue-i18n'

import { en } from './en'
import { pickLocale, type Locale } from './locale'
import type { PageMessages } from './messages'
import { zhCn } from './zh_cn'

const storageKey = 'dreamina.language'

export const i18n = createI18n({
  legacy: false,
  locale: pickLocale(recall(), navigator.languages),
  fallbackLocale: 'en',
  messages: { en, 'zh-CN': zhCn },
})

announce(i18n.global.locale.value)

const added = new Set<string>()

/** Makes a page's texts known; called by the page before it shows any. */
export function addMessages({ page, en: english, zhCn: chinese }: PageMessages) {
  if (added.has(page)) return
  added.add(page)
  i18n.global.mergeLocaleMessage('en', { [page]: english })
  i18n.global.mergeLocaleMessage('zh-CN', { [page]: chinese })
}

/** Switches the page's language and remembers it in this browser. */
export function setLocale(locale: Locale) {
  i18n.global.locale.value = locale
  announce(locale)
  try {
    localStorage.setItem(storageKey, locale)
  } catch {
    // Storage may be switched off: the choice then lasts until the page is left.
  }
}

function announce(locale: Locale) {
  document.documentElement.lang = locale
}

function recall(): string | null {
  try {
    return localStorage.getItem(storageKey)
  } catch {
    return null
  }
}
