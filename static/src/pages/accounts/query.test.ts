import { expect, test } from 'vitest'

import { changed, endless, fromAddress, isFiltered, noFilter, pageCount, sortedBy, toAddress } from './query'

const me = { regions: ['us', 'hk'], statuses: ['active', 'banned'] }
const sortable = ['id', 'email', 'points']
const plain = fromAddress({}, me, sortable)

test('an empty address is the plain list, and the plain list an empty address', () => {
  expect(plain).toEqual({ page: 1, size: endless, ...noFilter, sort: 'id', order: 'asc' })
  expect(toAddress(plain)).toEqual({})
})

test('what is in the address comes back from it', () => {
  const address = {
    ...{ page: '3', size: '50', sort: 'points', order: 'desc' },
    ...{ email: '100%&x', region: 'us,hk', status: 'banned', available_for: 'jimeng-4.0', at_limit: 'true' },
  }
  expect(toAddress(fromAddress(address, me, sortable))).toEqual(address)
})

test('an address with the former name of a filter still works', () => {
  expect(fromAddress({ room: 'jimeng-4.0' }, me, sortable).available_for).toBe('jimeng-4.0')
})

test('of several values, those that the service knows are kept, each once and in its order', () => {
  expect(fromAddress({ region: 'hk,mars,us,hk' }, me, sortable).region).toEqual(['us', 'hk'])
})

test('a list without pages has no page', () => {
  expect(fromAddress({ page: '3' }, me, sortable).page).toBe(1)
  expect(pageCount(20_000, endless)).toBe(1)
})

test.each([
  [{ page: '0' }],
  [{ page: '-1' }],
  [{ page: '1.5' }],
  [{ page: 'x' }],
  [{ size: '7' }],
  [{ region: 'mars' }],
  [{ status: 'sleepy' }],
  [{ sort: 'password' }],
  [{ order: 'sideways' }],
  [{ at_limit: 'yes' }],
  [{ email: ['a', 'b'] }],
])('%o is as if absent', (address) => {
  expect(fromAddress(address, me, sortable)).toEqual(plain)
})

test('a new filter starts at the first page, a new page keeps the filter', () => {
  const third = changed(plain, { region: ['hk'], page: 3 })
  expect(changed(third, { status: ['banned'] })).toMatchObject({ region: ['hk'], status: ['banned'], page: 1 })
  expect(changed(third, { page: 4 })).toMatchObject({ region: ['hk'], page: 4 })
})

test('a column is sorted upwards, downwards, and then no more', () => {
  const up = sortedBy(changed(plain, { page: 2 }), 'points')
  expect(up).toMatchObject({ sort: 'points', order: 'asc', page: 1 })
  const down = sortedBy(up, 'points')
  expect(down).toMatchObject({ sort: 'points', order: 'desc' })
  expect(sortedBy(down, 'points')).toEqual(plain)
  expect(sortedBy(down, 'email')).toMatchObject({ sort: 'email', order: 'asc' })
})

test('paging and sorting are no filters', () => {
  expect(isFiltered(changed(plain, { page: 2, sort: 'email' }))).toBe(false)
  expect(isFiltered(changed(plain, { email: 'a' }))).toBe(true)
})

test.each([
  [0, 1],
  [100, 1],
  [101, 2],
])('%d accounts are %d pages of a hundred', (total, pages) => {
  expect(pageCount(total, 100)).toBe(pages)
})
