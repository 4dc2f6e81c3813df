import { expect, test } from 'vitest'

import { createReader } from './shortcuts'

function typed(...keys: [string, number, boolean?][]) {
  const read = createReader()
  return keys.map(([key, at, foreign = false]) => read({ key, at, foreign })).at(-1)
}

test('g and a letter lead to a page', () => expect(typed(['g', 0], ['a', 900])).toEqual({ go: '/accounts' }))
test('a letter long after the g is a letter', () => expect(typed(['g', 0], ['a', 5000])).toBeNull())
test('a letter without g is a letter', () => expect(typed(['a', 0])).toBeNull())
test('a g that was typed into a field leads nowhere', () => expect(typed(['g', 0, true], ['a', 100])).toBeNull())
test('the search and the list have a key each', () => {
  expect(typed(['/', 0])).toBe('search')
  expect(typed(['?', 0])).toBe('list')
  expect(typed(['?', 0, true])).toBeNull()
})
