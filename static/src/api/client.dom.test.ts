import '@/testing/jsdom'

import { afterEach, expect, test, vi } from 'vitest'

import { answer, client, file, queryOf } from './client'
import { ApiError, Unreachable } from './request'

afterEach(() => vi.unstubAllGlobals())

type Fetch = (request: Request, init: RequestInit) => Promise<Response>

function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const fetch = vi.fn<Fetch>(async () => new Response(body, { status, headers }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const asked = (fetch: ReturnType<typeof answering>) => fetch.mock.calls[0]![0].url.replace(/^.*(?=\/api\/)/, '')

test('an address has its path filled in, and of the query what is given', async () => {
  const jobs = answering(200, '{}')
  await answer(client.GET('/api/jobs'))
  expect(asked(jobs)).toBe('/api/jobs')

  const models = answering(200, '{}')
  await answer(client.DELETE('/api/models/{id}', { params: { path: { id: 'a/b c' } } }))
  expect(asked(models)).toBe('/api/models/a%2Fb%20c')

  const accounts = answering(200, '{}')
  await answer(
    client.GET('/api/accounts', {
      params: { query: { page: 2, email: 'a+b&c', region: ['us', 'hk'], available_for: '', sort: undefined } },
    }),
  )
  expect(asked(accounts)).toBe('/api/accounts?page=2&email=a%2Bb%26c&region=us,hk')

  const all = answering(200, '{}')
  await answer(client.GET('/api/accounts', { params: { query: { status: [] } } }))
  expect(asked(all)).toBe('/api/accounts')
})

test('a call sends what the route takes', async () => {
  const fetch = answering(200, '{"message":"Account banned"}')
  const banned = await answer(
    client.POST('/api/accounts/{id}/ban', { params: { path: { id: 7 } }, body: { duration_hours: null } }),
  )
  expect(banned.message).toBe('Account banned')
  const request = fetch.mock.calls[0]![0]
  expect(request.url).toMatch(/\/api\/accounts\/7\/ban$/)
  expect([request.method, await request.text()]).toEqual(['POST', '{"duration_hours":null}'])
})

test('a read carries no guard header, a change does', async () => {
  const fetch = answering(200, '{}')
  await answer(client.GET('/api/me'))
  await answer(client.POST('/api/logout'))
  await answer(client.POST('/api/login', { body: { password: 'x' } }))

  const headers = fetch.mock.calls.map(([request]) => request.headers)
  expect(headers.map((each) => each.get('X-Requested-With'))).toEqual([null, 'dreamina', 'dreamina'])
  expect(headers.map((each) => each.get('Content-Type'))).toEqual([null, null, 'application/json'])
  expect(headers.map((each) => each.get('Accept'))).toEqual(Array(3).fill('application/json'))
})

test('a call is made with the session, and from no cache', async () => {
  const fetch = answering(200, '{}')
  await answer(client.GET('/api/me'))
  expect(fetch.mock.calls[0]![0]).toMatchObject({ credentials: 'same-origin', cache: 'no-store' })
})

test('a refusal keeps its status, code and sentence', async () => {
  answering(409, '{"detail":"email: already known","code":"email_taken"}')
  const failure = await answer(client.POST('/api/logout')).catch((e) => e)
  expect(failure).toBeInstanceOf(ApiError)
  expect(failure).toMatchObject({ status: 409, code: 'email_taken', message: 'email: already known', parseErrors: [] })
})

test('a refused import names its lines', async () => {
  answering(400, '{"detail":{"parse_errors":["line 2: no colon"]},"code":"parse_errors"}')
  const failure = await answer(client.POST('/api/accounts/bulk', { body: { credentials: 'a' } })).catch((e) => e)
  expect(failure.parseErrors).toEqual(['line 2: no colon'])
})

test.each([
  ['the proxy answers for a dead worker', 502, '<html>Bad Gateway</html>'],
  ['the proxy says so in the form of the API', 504, '{"detail":"no answer","code":"gateway_timeout"}'],
  ['a page comes in place of JSON', 200, '<!doctype html>'],
  ['nothing comes in place of JSON', 200, ''],
  ['JSON that is not ours', 500, '"oops"'],
])('out of reach: %s', async (_, status, body) => {
  answering(status, body)
  await expect(answer(client.GET('/api/me'))).rejects.toBeInstanceOf(Unreachable)
})

test('out of reach: the network refuses', async () => {
  vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
  await expect(answer(client.GET('/api/me'))).rejects.toBeInstanceOf(Unreachable)
})

test('out of reach: the answer breaks off', async () => {
  const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network error')) })
  vi.stubGlobal('fetch', async () => new Response(body))
  await expect(answer(client.GET('/api/me'))).rejects.toBeInstanceOf(Unreachable)
})

test('a call that the page gave up is no failure of the service', async () => {
  const signal = AbortSignal.abort(new DOMException('', 'AbortError'))
  vi.stubGlobal('fetch', (_: Request, init: RequestInit) => Promise.reject(init.signal!.reason))
  await expect(answer(client.GET('/api/me', { signal }))).rejects.toMatchObject({ name: 'AbortError' })
})

test('a file comes with its name, byte for byte', async () => {
  const order = { body: { format: 'csv', accounts: [] }, parseAs: 'blob' } as const
  answering(200, '\uFEFFemail\r\n', { 'Content-Disposition': 'attachment; filename="accounts.csv"' })
  const { name, content } = await file(client.POST('/api/accounts/export', order))
  expect([name, content.size]).toEqual(['accounts.csv', 10])

  answering(200, '<!doctype html>')
  await expect(file(client.POST('/api/accounts/export', order))).rejects.toBeInstanceOf(Unreachable)
})

test('what a route does not have is no program', () => {
  // Only compiled: vue-tsc would complain of a line that turned out to be right.
  const wrong = () => [
    // @ts-expect-error there is no such route
    client.GET('/api/nothing'),
    // @ts-expect-error nor this method of it
    client.DELETE('/api/jobs'),
    // @ts-expect-error the id is missing
    client.DELETE('/api/accounts/{id}'),
    // @ts-expect-error no such parameter
    client.GET('/api/jobs', { params: { query: queryOf<'/api/jobs'>({ colour: 'red' }) } }),
    // @ts-expect-error nor here
    client.GET('/api/jobs', { params: { query: { colour: 'red' } } }),
    // @ts-expect-error no such field
    client.POST('/api/login', { body: { pasword: 'x' } }),
    // @ts-expect-error a word that is none
    client.POST('/api/jobs', { body: { kind: 'sleep', accounts: 'all' } }),
    // @ts-expect-error the answer has no such field
    answer(client.GET('/api/me')).then((me) => me.colour),
  ]
  expect(wrong).toBeTypeOf('function')
})
