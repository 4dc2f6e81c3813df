import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import { outcomes, type RequestQuery } from '@/api/requests'

/** Spans that end now. */
export const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 }
export type Span = keyof typeof spans

/** What the log is asked for. `last` is a span that moves on with the clock, and takes the place of `from`. */
export interface LogQuery extends RequestQuery {
  last: Span | ''
}

export const plain: LogQuery = {
  outcome: '',
  model: '',
  region: '',
  api_key_id: '',
  account_id: '',
  status: '',
  min_attempts: '',
  last: '',
  from: '',
  to: '',
}

const whole = (min: number, max: number) => (text: string) =>
  /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max
const time = (text: string) => !Number.isNaN(Date.parse(text))

/** What the service would refuse is not asked for. */
const makesSense: Record<keyof LogQuery, (text: string) => boolean> = {
  outcome: (text) => outcomes.includes(text),
  // No control characters.
  model: (text) => !/\p{Cc}/u.test(text),
  region: (text) => /^[a-z]{2}$/.test(text),
  api_key_id: whole(0, 1e15),
  account_id: whole(1, 1e15),
  status: whole(100, 599),
  min_attempts: whole(0, 1000),
  last: (text) => text in spans,
  from: time,
  to: time,
}

/** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
export function fromAddress(address: LocationQuery): LogQuery {
  const query: Record<string, string> = { ...plain }
  for (const [key, fits] of Object.entries(makesSense)) {
    const value = address[key]
    if (typeof value === 'string' && value !== '' && fits(value)) query[key] = value
  }
  if (query.last || (query.from && query.to && Date.parse(query.from) > Date.parse(query.to)))
    query.from = query.to = ''
  return query as unknown as LogQuery
}

/** The address of a list; it names only what is filtered. */
export function toAddress(query: LogQuery): LocationQueryRaw {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

/** A moving span and fixed ends exclude each other. */
export function changed(query: LogQuery, change: Partial<LogQuery>): LogQuery {
  const next = { ...query, ...change }
  if (change.last) next.from = next.to = ''
  if (change.from || change.to) next.last = ''
  return next
}

export const isFiltered = (query: LogQuery) => Object.values(query).some((value) => value !== '')

/** What the service is asked at this moment. */
export function asked({ last, ...query }: LogQuery, now: Date): RequestQuery {
  const iso = (text: string) => (text ? new Date(text).toISOString() : '')
  return {
    ...query,
    from: last ? new Date(now.getTime() - spans[last]).toISOString() : iso(query.from),
    to: iso(query.to),
  }
}
