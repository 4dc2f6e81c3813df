import type { LocationQuery, LocationQueryRaw } from 'vue-router'

/** Spans that end now. */
export const spans = { hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 }
export type Span = keyof typeof spans

/** A list's filters, by name; empty: none. `last` is a span that moves on with the clock, and takes the place of `from`. */
export interface TimedFilters {
  last: Span | ''
  from: string
  to: string
}

type Judges<Query> = Record<keyof Query, (text: string) => boolean>

export const isWhole = (min: number, max: number) => (text: string) =>
  /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max
export const hasNoControls = (text: string) => !/\p{Cc}/u.test(text)

const isTime = (text: string) => !Number.isNaN(Date.parse(text))
const timed: Judges<TimedFilters> = { last: (text) => text in spans, from: isTime, to: isTime }

/** How a list's filters stand in the page's address. What `makesSense` refuses, the service would refuse too. */
export function listAddress<Query extends TimedFilters>(
  plain: Query,
  makesSense: Omit<Judges<Query>, keyof TimedFilters>,
) {
  const judges = { ...makesSense, ...timed } as Judges<Query>
  const values = (query: Query) => Object.values(query as object) as string[]

  return {
    /** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
    fromAddress(address: LocationQuery): Query {
      const query: Record<string, string> = { ...(plain as object) }
      for (const [key, fits] of Object.entries<(text: string) => boolean>(judges)) {
        const value = address[key]
        if (typeof value === 'string' && value !== '' && fits(value)) query[key] = value
      }
      if (query.last || (query.from && query.to && Date.parse(query.from) > Date.parse(query.to)))
        query.from = query.to = ''
      return query as unknown as Query
    },

    /** The address of a list; it names only what is filtered. */
    toAddress: (query: Query): LocationQueryRaw =>
      Object.fromEntries(Object.entries<string>(query as never).filter(([, value]) => value !== '')),

    /** A moving span and fixed ends exclude each other. */
    changed(query: Query, change: Partial<Query>): Query {
      const next = { ...query, ...change }
      if (change.last) next.from = next.to = ''
      if (change.from || change.to) next.last = ''
      return next
    },

    isFiltered: (query: Query) => values(query).some((value) => value !== ''),

    /** What the service is asked at this moment. */
    asked({ last, ...query }: Query, now: Date): Omit<Query, 'last'> {
      const iso = (text: string) => (text ? new Date(text).toISOString() : '')
      return {
        ...query,
        from: last ? new Date(now.getTime() - spans[last]).toISOString() : iso(query.from),
        to: iso(query.to),
      }
    },
  }
}
