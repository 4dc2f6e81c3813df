import '@/testing/jsdom'

import { expect, test, vi } from 'vitest'

import { accountsApi, chosen } from './accounts'

async function listPath(query: Parameters<typeof accountsApi.list>[0]) {
  const fetch = vi.fn<(request: Request) => Promise<Response>>(async () => new Response('{}'))
  vi.stubGlobal('fetch', fetch)
  await accountsApi.list(query)
  return fetch.mock.calls[0]![0].url.replace(/^.*(?=\/api\/)/, '')
}

const none = { email: '', region: [], status: [], available_for: '', at_limit: false }

test('filters that are off are not spoken of', async () => {
  expect(await listPath({ ...none, page: 2, size: 200, sort: 'id', order: 'asc' })).toBe(
    '/api/accounts?page=2&size=200&sort=id&order=asc',
  )
  expect(chosen(none)).toEqual({})
})

test('a filter may have several values', async () => {
  const filter = { ...none, region: ['us', 'hk'], available_for: 'jimeng-4.0', at_limit: true }
  expect(await listPath({ ...filter, page: 1, size: 50, sort: 'id', order: 'asc' })).toBe(
    '/api/accounts?region=us,hk&available_for=jimeng-4.0&at_limit=true&page=1&size=50&sort=id&order=asc',
  )
  expect(chosen(filter)).toEqual({ region: ['us', 'hk'], available_for: 'jimeng-4.0', at_limit: true })
  expect(chosen([3, 4])).toEqual([3, 4])
})
