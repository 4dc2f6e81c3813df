import { base } from '@/base'

import type { Failure } from './types'

/** Longer than an answer of `/api` takes, in ms; after it the service counts as out of reach. */
const patience = 15_000
/** For what is done with up to 100,000 accounts in one call: it goes on, and its answer alone says how to undo it. */
const longPatience = 600_000
const longWork = /^\/api\/accounts\/(actions|undelete|export)$/

/** What nginx answers, in the API's own form, while no worker does. */
const gatewayFailures = new Set([502, 503, 504])

/** The service answered, and said no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: Failure['detail'],
  ) {
    super(typeof detail === 'string' ? detail : code)
  }

  get parseErrors(): string[] {
    return typeof this.detail === 'object' ? this.detail.parse_errors : []
  }
}

/** No answer of the service came: it is down, the network is, or something before it answered instead. */
export class Unreachable extends Error {}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Calls the API, `path` being `/api/…` wherever the page is served; resolves to the parsed body, throws ApiError or Unreachable (or the signal's own reason). */
export async function request<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const response = await call(method, path, body, signal)
  const json = parse(await text(response, signal))
  if (response.ok && json !== undefined) return json as T
  throw failureOf(response, json)
}

/** Asks for a file; a refusal is as of any other call. */
export async function requestFile(path: string, body: unknown): Promise<{ name: string; content: Blob }> {
  const response = await call('POST', path, body)
  if (!response.ok) throw failureOf(response, parse(await text(response)))
  const named = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')
  if (!named) throw new Unreachable(`HTTP ${response.status}`)
  return { name: named[1]!, content: await heard(response.blob()) }
}

async function call(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (method !== 'GET') headers['X-Requested-With'] = 'dreamina'
  if (body !== undefined) headers['Content-Type'] = 'application/json'

  const timeout = AbortSignal.timeout(longWork.test(path) ? longPatience : patience)
  return heard(
    fetch(base + path.slice(1), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    }),
    signal,
  )
}

const text = (response: Response, signal?: AbortSignal) => heard(response.text(), signal)

/** Whatever breaks off an answer makes the service unreachable, but for the signal that was given. */
async function heard<T>(answer: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await answer
  } catch (cause) {
    if (signal?.aborted) throw cause
    throw new Unreachable('no answer', { cause })
  }
}

function failureOf(response: Response, json: unknown): Error {
  if (gatewayFailures.has(response.status)) return new Unreachable(`HTTP ${response.status}`)
  if (isFailure(json)) return new ApiError(response.status, json.code, json.detail)
  // A proxy's own error page, or a page in place of JSON: the service itself did not speak.
  return new Unreachable(`HTTP ${response.status}`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isFailure(json: unknown): json is Failure {
  return typeof json === 'object' && json !== null && 'detail' in json && 'code' in json
}
