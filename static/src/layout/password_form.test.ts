import { expect, test } from 'vitest'

import { problemsOf } from './password_form'

test('a new password is typed twice', () => {
  expect(problemsOf({ password: '', again: '' })).toEqual({ password: 'empty' })
  expect(problemsOf({ password: 'one two', again: 'one tow' })).toEqual({ again: 'differs' })
  expect(problemsOf({ password: 'one two', again: 'one two' })).toEqual({})
})
