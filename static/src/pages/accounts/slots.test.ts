import { expect, test } from 'vitest'

import { assignSlots } from './slots'

const none = new Map<string, number>()

test('what stays keeps its slot, what comes takes those that are free', () => {
  const first = assignSlots(none, ['a', 'b', 'c'])
  expect([...first.values()]).toEqual([0, 1, 2])
  expect(Object.fromEntries(assignSlots(first, ['b', 'c', 'd']))).toEqual({ b: 1, c: 2, d: 0 })
})

test('a jump writes into the same rows in the same order', () => {
  expect([...assignSlots(assignSlots(none, ['a', 'b', 'c']), ['x', 'y', 'z']).values()]).toEqual([0, 1, 2])
})

test('no slot is given twice, however many there are', () => {
  let slots = assignSlots(none, ['a', 'b', 'c', 'd'])
  for (const keys of ['bd', 'defgh', 'h', 'hijklmno']) {
    slots = assignSlots(slots, [...keys])
    expect(new Set(slots.values()).size).toBe(keys.length)
  }
})
