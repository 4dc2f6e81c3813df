import { expect, test } from 'vitest'

import { forAllOf } from './import_form'

const form = { credentials: 'a@b.c:pw', session_ids: '', region: '', points: ' ' }

test('what was left empty does not go out at all', () => {
  expect(forAllOf(form)).toEqual({})
  expect(forAllOf({ ...form, region: 'hk', points: '12.5' })).toEqual({ region: 'hk', points: 12.5 })
})

test.each(['-1', 'x', 'Infinity'])('%s is no number of points', (points) => {
  expect(forAllOf({ ...form, points })).toBeNull()
})
