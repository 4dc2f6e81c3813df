import { expect, test } from 'vitest'

import { chosen, listQuery } from './accounts'
import { address } from './call'

const listPath = (query: Parameters<typeof listQuery>[0]) => address('/api/accounts', {}, listQuery(query))

const none = { email: '', region: [], status: [], available_for: '', at_limit: false }

test('filters that are off are not spoken of', () => {
  expect(listPath({ ...none, page: 2, size: 200, sort: 'id', order: 'asc' })).toBe(
    '/api/accounts?page=2&size=200&sort=id&order=asc',
  )
  expect(chosen(none)).toEqual({})
})

test('a filter may have several values', () => {
  const filter = { ...none, region: ['us', 'hk'], available_for: 'jimeng-4.0', at_limit: true }
  expect(listPath({ ...filter, page: 1, size: 50, sort: 'id', order: 'asc' })).toBe(
    '/api/accounts?region=us%2Chk&available_for=jimeng-4.0&at_limit=true&page=1&size=50&sort=id&order=asc',
  )
  expect(chosen(filter)).toEqual({ region: ['us', 'hk'], available_for: 'jimeng-4.0', at_limit: true })
  expect(chosen([3, 4])).toEqual([3, 4])
})
