import type { Account, AccountPage } from '@/api/types'

/** Rows of one call while the list has no pages: more than fit on any screen. */
export const windowSize = 200

/** Rows that are fetched before they come into sight. */
const ahead = 40

/** An answer and what it answers: a list's filters and order, written as text. */
export interface ListWindow extends AccountPage {
  asked: string
}

/** The rows that are known of one list. Those never seen are not. */
export interface KnownRows {
  asked: string
  total: number
  /** Rows of the list as it is shown: all, or those of its page. */
  count: number
  rowAt: (index: number) => Account | undefined
  windows: ReadonlyMap<number, Account[]>
}

/** The windows (from 1, as the service counts pages) that hold the rows from `first` to `last`. */
export function windowsFor(first: number, last: number, total: number): number[] {
  const number = (row: number) => Math.floor(Math.max(0, Math.min(row, total - 1)) / windowSize) + 1
  const from = number(first - ahead)
  const to = number(last + ahead)
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

/** What is known after an answer. Windows out of sight stay until they are seen again; another list starts empty. */
export function withWindow(known: KnownRows | null, window: ListWindow, onePage: boolean): KnownRows {
  const windows = new Map(known?.asked === window.asked ? known.windows : [])
  windows.set(window.page, window.items)
  const last = Math.ceil(window.total / window.size)
  for (const number of windows.keys()) if (number > last && number !== window.page) windows.delete(number)
  return {
    asked: window.asked,
    total: window.total,
    count: onePage ? window.items.length : window.total,
    windows,
    rowAt: (index) =>
      onePage ? window.items[index] : windows.get(Math.floor(index / window.size) + 1)?.[index % window.size],
  }
}

/** An answer as it will be once these accounts are gone. */
export function withoutAccounts(window: ListWindow, ids: ReadonlySet<number>): ListWindow {
  const items = window.items.filter((account) => !ids.has(account.id))
  return { ...window, items, total: window.total - (window.items.length - items.length) }
}

export interface Sight {
  first: number
  last: number
}

/** The rows between a head that stays in place and the lower edge. */
export function rowsInSight(scrolled: number, height: number, rowHeight: number, count: number): Sight {
  const last = Math.max(0, count - 1)
  const first = Math.min(last, Math.floor(scrolled / rowHeight))
  return { first, last: Math.max(first, Math.min(last, Math.ceil((scrolled + height) / rowHeight) - 1)) }
}
