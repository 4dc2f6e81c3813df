import { expect, test } from 'vitest'

import { rowAfter } from './row_keys'

test.each([
  ['ArrowDown', 5, 6],
  ['ArrowUp', 5, 4],
  ['ArrowUp', 0, 0],
  ['ArrowDown', 99, 99],
  ['PageDown', 5, 14],
  ['PageUp', 5, 0],
  ['Home', 50, 0],
  ['End', 50, 99],
  ['a', 5, null],
])('%s from row %d of a hundred, ten in sight', (key, row, next) => {
  expect(rowAfter(key, row, 100, 10)).toBe(next)
})
