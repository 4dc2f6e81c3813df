/** The languages of the page, each named in itself. */
export const locales = { en: 'English', 'zh-CN': '简体中文' } as const

export type Locale = keyof typeof locales

/** The language chosen here before, or else the first one of the browser's that the page speaks. */
export function pickLocale(chosen: string | null, browser: readonly string[]): Locale {
  if (chosen !== null && chosen in locales) return chosen as Locale
  for (const tag of browser) {
    const language = tag.toLowerCase().split('-')[0]
    if (language === 'zh') return 'zh-CN'
    if (language === 'en') return 'en'
  }
  return 'en'
}
