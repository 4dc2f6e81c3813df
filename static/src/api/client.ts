import createClient, { createQuerySerializer } from 'openapi-fetch'

import { base } from '@/base'

import { exchange, Unreachable } from './request'
import type { paths } from './schema'

const serialize = createQuerySerializer<unknown>({ array: { style: 'form', explode: false } })

/** The routes of the API's description, wherever the page is served. Wrap its calls in `answer`. */
export const client = createClient<paths>({
  baseUrl: base,
  headers: { Accept: 'application/json' },
  credentials: 'same-origin',
  cache: 'no-store',
  fetch: exchange,
  // A filter that is off is empty.
  querySerializer: (query) => serialize(Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''))),
})

client.use({
  onRequest({ request }) {
    if (request.method !== 'GET') request.headers.set('X-Requested-With', 'dreamina')
  },
})

/** The parsed body of an answer; throws ApiError or Unreachable (or the signal's own reason). */
export async function answer<T>(call: Promise<{ data?: T }>): Promise<T> {
  const { data } = await call.catch((cause: unknown) => {
    throw cause instanceof SyntaxError ? new Unreachable('no JSON', { cause }) : cause
  })
  if (data === undefined) throw new Unreachable('an empty answer')
  return data
}

/** A file, by the name that the service gives it. */
export async function file(
  call: Promise<{ data?: Blob; response: Response }>,
): Promise<{ name: string; content: Blob }> {
  const { data, response } = await call
  const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')
  if (!data || !named) throw new Unreachable('no file')
  return { name: named[1]!, content: data }
}

type Query<Path extends keyof paths> = paths[Path] extends { get: { parameters: { query?: infer Q } } }
  ? NonNullable<Q>
  : never

/** A query whose words come from the page's address: its names are checked here, the words are for the service to judge. */
export const queryOf = <Path extends keyof paths>(words: {
  [Name in keyof Query<Path>]?: Query<Path>[Name] | string
}) => words as Query<Path>
