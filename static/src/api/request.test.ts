import { afterEach, expect, test, vi } from 'vitest'

import { ApiError, request, Unreachable } from './request'

afterEach(() => vi.unstubAllGlobals())

type Fetch = (path: string, init: RequestInit) => Promise<Response>

function answer(status: number, body: string) {
  const fetch = vi.fn<Fetch>(async () => new Response(body, { status }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

test('a read carries no guard header, a change does', async () => {
  const fetch = answer(200, '{}')
  await request('GET', '/api/me')
  await request('POST', '/api/accounts/1/ban', { duration_hours: null })

  expect(fetch.mock.calls[0]![1].headers).not.toHaveProperty('X-Requested-With')
  expect(fetch.mock.calls[1]![1].headers).toMatchObject({
    'X-Requested-With': 'dreamina',
    'Content-Type': 'application/json',
  })
  expect(fetch.mock.calls[1]![1].body).toBe('{"duration_hours":null}')
})

test('a refusal keeps its status, code and sentence', async () => {
  answer(409, '{"detail":"email: already known","code":"email_taken"}')
  const failure = await request('POST', '/api/accounts', {}).catch((e) => e)
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({ status: 409, code: 'email_taken', message: 'email: already known', parseErrors: [] })
})

test('a refused import names its lines', async () => {
  answer(400, '{"detail":{"parse_errors":["line 2: no colon"]},"code":"parse_errors"}')
  const failure = await request<never>('POST', '/api/accounts/bulk', {}).catch((e) => e)
  expect(failure.parseErrors).toEqual(['line 2: no colon'])
})

test.each([
  ['the proxy answers for a dead worker', 502, '<html>Bad Gateway</html>'],
  ['the proxy says so in the form of the API', 504, '{"detail":"no answer","code":"gateway_timeout"}'],
  ['a page comes in place of JSON', 200, '<!doctype html>'],
  ['JSON that is not ours', 500, '"oops"'],
])('out of reach: %s', async (_, status, body) => {
  answer(status, body)
  await expect(request('GET', '/api/me')).rejects.toBeInstanceOf(Unreachable)
})

test('out of reach: the network refuses', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(request('GET', '/api/me')).rejects.toBeInstanceOf(Unreachable)
})

test('a call that the page gave up is no failure of the service', async () => {
  const givenUp = AbortSignal.abort(new DOMException('', 'AbortError'))
  vi.stubGlobal('fetch', (_: string, init: RequestInit) => Promise.reject(init.signal!.reason))
  await expect(request('GET', '/api/me', undefined, givenUp)).rejects.toMatchObject({ name: 'AbortError' })
})
