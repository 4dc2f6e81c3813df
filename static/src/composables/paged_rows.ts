/** The rows of a list that were read so far, the newest first. Their ids sort by time. */
export interface PagedRows<Row extends { id: string }> {
  rows: Row[]
  /** Where those begin that were not read; null: there are none. */
  older: string | null
}

interface RowPage<Row> {
  items: Row[]
  next_cursor: string | null
}

export const opened = <Row extends { id: string }>({ items, next_cursor }: RowPage<Row>): PagedRows<Row> => ({
  rows: items,
  older: next_cursor,
})

/** The list with its newest page read again: what that page no longer has within its range is gone. */
export function grown<Row extends { id: string }>(known: PagedRows<Row>, page: RowPage<Row>): PagedRows<Row> {
  const last = page.items.at(-1)
  if (page.next_cursor === null || !last) return opened(page)
  const behind = known.rows.filter(({ id }) => id < last.id)
  // More came than the page holds: what lies between was not read.
  const isGap = behind.length > 0 && !page.items.some(({ id }) => known.rows.some((row) => row.id === id))
  return isGap || behind.length === 0 ? opened(page) : { rows: [...page.items, ...behind], older: known.older }
}

/** The list with the page behind it. */
export function continued<Row extends { id: string }>(
  known: PagedRows<Row>,
  { items, next_cursor }: RowPage<Row>,
): PagedRows<Row> {
  const has = new Set(known.rows.map(({ id }) => id))
  return { rows: [...known.rows, ...items.filter(({ id }) => !has.has(id))], older: next_cursor }
}
