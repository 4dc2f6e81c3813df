import { expect, test } from 'vitest'

import type { Account } from '@/api/types'

import { rowsInSight, windowSize, windowsFor, withoutAccounts, withWindow, type ListWindow } from './windows'

const account = (id: number) => ({ id }) as Account
const answer = (page: number, ids: number[], total: number, asked = 'all'): ListWindow => ({
  ...{ asked, page, total, size: windowSize },
  items: ids.map(account),
})

test.each([
  [0, 30, 20_000, [1]],
  [150, 180, 20_000, [1, 2]],
  [210, 239, 20_000, [1, 2]],
  [290, 320, 20_000, [2]],
  [19_980, 19_999, 20_000, [100]],
  [500, 530, 20, [1]],
  [0, 0, 0, [1]],
])('rows %d to %d of %d are in windows %o', (first, last, total, windows) => {
  expect(windowsFor(first, last, total)).toEqual(windows)
})

test('rows stay known while others are fetched, and nothing is known of those between', () => {
  const first = withWindow(null, answer(1, [1, 2], 20_000), false)
  const both = withWindow(first, answer(3, [9], 20_000), false)
  expect(both.count).toBe(20_000)
  expect(both.rowAt(1)).toEqual(account(2))
  expect(both.rowAt(2 * windowSize)).toEqual(account(9))
  expect(both.rowAt(windowSize)).toBeUndefined()
})

test('another list starts empty, and a shorter one forgets what was behind its end', () => {
  const long = withWindow(withWindow(null, answer(1, [1], 450), false), answer(3, [9], 450), false)
  expect(withWindow(long, answer(1, [5], 1, 'banned'), false).rowAt(2 * windowSize)).toBeUndefined()
  expect(withWindow(long, answer(1, [1], 1), false).rowAt(2 * windowSize)).toBeUndefined()
})

test('a page has its own rows alone', () => {
  const page = withWindow(null, { ...answer(3, [7, 8], 250), size: 100 }, true)
  expect(page).toMatchObject({ total: 250, count: 2 })
  expect(page.rowAt(0)).toEqual(account(7))
})

test('an account that is being deleted is gone from where it is shown', () => {
  expect(withoutAccounts(answer(1, [1, 2, 3], 450), new Set([2, 99]))).toEqual(answer(1, [1, 3], 449))
})

test.each([
  [0, 360, 100, 0, 9],
  [35, 360, 100, 0, 10],
  [36, 360, 100, 1, 10],
  [3400, 360, 100, 94, 99],
  [9999, 360, 3, 2, 2],
  [0, 360, 0, 0, 0],
])('scrolled by %d in a height of %d', (scrolled, height, count, first, last) => {
  expect(rowsInSight(scrolled, height, 36, count)).toEqual({ first, last })
})
