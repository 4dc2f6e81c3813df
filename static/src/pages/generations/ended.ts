import type { Generation, GenerationPage } from '@/api/generations'

/** Generations that have ended, as far as they were read; the newest first. */
export interface Ended {
  rows: Generation[]
  /** Where those begin that were not read; null: there are none. */
  older: string | null
}

export const opened = ({ items, next_cursor }: GenerationPage): Ended => ({ rows: items, older: next_cursor })

/** The list with its newest page read again: what that page no longer has within its range is gone. */
export function grown(known: Ended, page: GenerationPage): Ended {
  const last = page.items.at(-1)
  if (page.next_cursor === null || !last) return opened(page)
  const behind = known.rows.filter(({ id }) => id < last.id)
  // More came than the page holds: what lies between was not read.
  const isGap = behind.length > 0 && !page.items.some(({ id }) => known.rows.some((row) => row.id === id))
  return isGap || behind.length === 0 ? opened(page) : { rows: [...page.items, ...behind], older: known.older }
}

/** The list with the page behind it. */
export function continued(known: Ended, { items, next_cursor }: GenerationPage): Ended {
  const has = new Set(known.rows.map(({ id }) => id))
  return { rows: [...known.rows, ...items.filter(({ id }) => !has.has(id))], older: next_cursor }
}
