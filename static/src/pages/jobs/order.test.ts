import { expect, test } from 'vitest'

import { orderOf } from './order'

test('a registration has a count, the others have accounts', () => {
  expect(orderOf('register', ' 12 ', 'all')).toEqual({ kind: 'register', count: 12 })
  expect(orderOf('session_refresh', '', 'expired')).toEqual({ kind: 'session_refresh', accounts: 'expired' })
  expect(orderOf('points_update', '', 'expired')).toEqual({ kind: 'points_update', accounts: 'all' })
})

test.each(['', '0', '101', '1.5', 'two', '-3'])('%j accounts cannot be registered', (count) => {
  expect(orderOf('register', count, 'all')).toBeNull()
})
