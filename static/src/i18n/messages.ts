/** The shape of a language's texts: the same keys, all of them text. */
export type Texts<T> = { [K in keyof T]: T[K] extends string ? string : Texts<T[K]> }

/** The texts of one page, which come with its code. Their keys stand under the page's name. */
export interface PageMessages {
  page: string
  en: object
  zhCn: object
}

export function pageMessages<T extends object>(page: string, en: T, zhCn: Texts<T>): PageMessages {
  return { page, en, zhCn }
}
