import type { LoggedRequest, RequestPage } from '@/api/requests'

/** The part of the request log that the page holds: the latest first, without a gap. */
export interface Log {
  rows: LoggedRequest[]
  /** Ended since, and not shown yet. */
  held: LoggedRequest[]
  /** Where what is older begins; null: there is none. */
  older: string | null
  /** The latest end of a request that is known of here. */
  seenUntil: string | null
}

/** While the newest are watched, so many rows are kept; older ones can be fetched again. */
export const kept = 500

/** Rows are written a moment after a request has ended, and not in the order of their ends. */
export const overlap = 2_000

/** A request is listed by its beginning, but appears at its end: no newcomer is looked for among older ones. */
export const maxRequestDuration = 30 * 60_000

const latest = (rows: LoggedRequest[], known: string | null = null) =>
  rows.reduce((end, row) => (end === null || row.ended_at > end ? row.ended_at : end), known)

export function opened({ items, next_cursor }: RequestPage): Log {
  return { rows: items, held: [], older: next_cursor, seenUntil: latest(items) }
}

/** Rows that are not there yet take their place; ids sort by the time a request came. */
function merged(rows: LoggedRequest[], more: LoggedRequest[]): LoggedRequest[] {
  return [...rows, ...more].sort((a, b) => (a.id < b.id ? 1 : a.id > b.id ? -1 : 0))
}

/** With what has ended meanwhile: shown at once, or held back while the list is being read. */
export function grown(log: Log, news: LoggedRequest[], hold: boolean): Log {
  const known = new Set([...log.rows, ...log.held].map((row) => row.id))
  const fresh = news.filter((row) => !known.has(row.id))
  if (fresh.length === 0) return log
  const next = { ...log, held: merged(log.held, fresh), seenUntil: latest(fresh, log.seenUntil) }
  return hold ? next : released(next)
}

/** What was held back is shown. */
export function released(log: Log): Log {
  if (log.held.length === 0) return log
  const rows = merged(log.rows, log.held)
  if (rows.length <= kept) return { ...log, rows, held: [] }
  return { ...log, rows: rows.slice(0, kept), held: [], older: rows[kept - 1]!.id }
}

/** With the next page of what is older. */
export function continued(log: Log, { items, next_cursor }: RequestPage): Log {
  const known = new Set(log.rows.map((row) => row.id))
  return {
    ...log,
    rows: merged(
      log.rows,
      items.filter((row) => !known.has(row.id)),
    ),
    older: next_cursor,
  }
}
