import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import { generationStates, type GenerationQuery, type GenerationState } from '@/api/generations'
import { spans, type Span } from '@/pages/requests/query'

/** What the list is asked for. `last` is a span that moves on with the clock, and takes the place of `from`. */
export interface ListQuery extends GenerationQuery {
  last: Span | ''
}

export const plain: ListQuery = { state: '', model: '', api_key_id: '', id: '', last: '', from: '', to: '' }

const id = /^(gen_)?[0-9a-f]{24}$/
const time = (text: string) => !Number.isNaN(Date.parse(text))

/** Whether a text can be a generation's id, as clients have it or as X-Dreamina-Request-Id does. */
export const isId = (text: string) => id.test(text)

/** What the service would refuse is not asked for. */
const makesSense: Record<keyof ListQuery, (text: string) => boolean> = {
  state: (text) => generationStates.includes(text as GenerationState),
  // No control characters.
  model: (text) => !/\p{Cc}/u.test(text),
  api_key_id: (text) => /^\d{1,15}$/.test(text),
  id: isId,
  last: (text) => text in spans,
  from: time,
  to: time,
}

/** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
export function fromAddress(address: LocationQuery): ListQuery {
  const query: Record<string, string> = { ...plain }
  for (const [key, fits] of Object.entries(makesSense)) {
    const value = address[key]
    if (typeof value === 'string' && value !== '' && fits(value)) query[key] = value
  }
  if (query.last || (query.from && query.to && Date.parse(query.from) > Date.parse(query.to)))
    query.from = query.to = ''
  return query as unknown as ListQuery
}

/** The address of a list; it names only what is filtered. */
export function toAddress(query: ListQuery): LocationQueryRaw {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))
}

/** A moving span and fixed ends exclude each other. */
export function changed(query: ListQuery, change: Partial<ListQuery>): ListQuery {
  const next = { ...query, ...change }
  if (change.last) next.from = next.to = ''
  if (change.from || change.to) next.last = ''
  return next
}

export const isFiltered = (query: ListQuery) => Object.values(query).some((value) => value !== '')

const isOpen = (state: string) => state === 'queued' || state === 'in_progress'

/** Which states each of the list's two parts is to have; null: the part is left out. */
export function partsOf({ state }: Pick<ListQuery, 'state'>): { open: string | null; ended: string | null } {
  if (state === '') return { open: 'open', ended: 'ended' }
  return isOpen(state) ? { open: state, ended: null } : { open: null, ended: state }
}

/** What the service is asked at this moment. */
export function asked({ last, ...query }: ListQuery, now: Date): GenerationQuery {
  const iso = (text: string) => (text ? new Date(text).toISOString() : '')
  return {
    ...query,
    from: last ? new Date(now.getTime() - spans[last]).toISOString() : iso(query.from),
    to: iso(query.to),
  }
}
