import { expect, test } from 'vitest'

import { orderOf } from './order'

test('a registration has a count, the others have accounts', () => {
  expect(orderOf('register', ' 12 ', 'all')).toEqual({ kind: 'register', count: 12 })
  expect(orderOf('session_refresh', '', 'expired')).toEqual({ kind: 'session_refresh', accounts: 'expired' })
  expect(orderOf('points_update', '', 'expired')).toEqual({ kind: 'points_update', accounts: 'all' })
})

test('none is made while its count is none', () => {
  expect(orderOf('register', 'two', 'all')).toBeNull()
})
