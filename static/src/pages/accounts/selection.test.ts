import { expect, test } from 'vitest'

import { choose, countOf, everything, isSelected, nothing } from './selection'

test('single accounts are chosen and let go', () => {
  const some = choose(nothing, [1, 2, 3], true)
  expect([1, 4].map((id) => isSelected(some, id))).toEqual([true, false])
  expect(countOf(some, 100)).toBe(3)
  expect(countOf(choose(some, [2, 9], false), 100)).toBe(2)
  expect(countOf(nothing, 100)).toBe(0)
})

test('of all, single ones can be left out and taken in again', () => {
  const most = choose(everything, [7, 8], false)
  expect([7, 1].map((id) => isSelected(most, id))).toEqual([false, true])
  expect(countOf(most, 20_000)).toBe(19_998)
  expect(choose(most, [7, 8], true)).toEqual(everything)
})
