import { afterEach, expect, test, vi } from 'vitest'

import { address, call } from './call'

afterEach(() => vi.unstubAllGlobals())

type Fetch = (path: string, init: RequestInit) => Promise<Response>

test('an address has its path filled in, and of the query what is given', () => {
  expect(address('/api/jobs')).toBe('/api/jobs')
  expect(address('/api/models/{id}', { id: 'a/b c' })).toBe('/api/models/a%2Fb%20c')
  expect(
    address('/api/accounts', {}, { page: 2, email: 'a+b&c', region: ['us', 'hk'], status: '', sort: undefined }),
  ).toBe('/api/accounts?page=2&email=a%2Bb%26c&region=us%2Chk')
  expect(address('/api/accounts', {}, { status: [] })).toBe('/api/accounts')
})

test('a call sends what the route takes', async () => {
  const fetch = vi.fn<Fetch>(async () => new Response('{"message":"Account banned"}'))
  vi.stubGlobal('fetch', fetch)
  const answer = await call('POST', '/api/accounts/{id}/ban', { path: { id: 7 }, body: { duration_hours: null } })
  expect(answer.message).toBe('Account banned')
  const [path, init] = fetch.mock.calls[0]!
  expect(path).toMatch(/\/api\/accounts\/7\/ban$/)
  expect([init.method, init.body]).toEqual(['POST', '{"duration_hours":null}'])
})

test('what a route does not have is no program', () => {
  // Only compiled: vue-tsc would complain of a line that turned out to be right.
  const wrong = () => [
    // @ts-expect-error there is no such route
    call('GET', '/api/nothing'),
    // @ts-expect-error nor this method of it
    call('DELETE', '/api/jobs'),
    // @ts-expect-error the id is missing
    call('DELETE', '/api/accounts/{id}'),
    // @ts-expect-error no such parameter
    call('GET', '/api/jobs', { query: { colour: 'red' } }),
    // @ts-expect-error no such field
    call('POST', '/api/login', { body: { pasword: 'x' } }),
    // @ts-expect-error a word that is none
    call('POST', '/api/jobs', { body: { kind: 'sleep', accounts: 'all' } }),
    // @ts-expect-error the answer has no such field
    call('GET', '/api/me').then((me) => me.colour),
  ]
  expect(wrong).toBeTypeOf('function')
})
