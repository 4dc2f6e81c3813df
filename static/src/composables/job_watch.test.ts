import { expect, test } from 'vitest'

import { endOf } from './job_watch'

test.each([
  ['done', 0, 'done'],
  ['done', 2, 'partly'],
  ['failed', 2, 'failed'],
  ['cancelled', 1, null],
  ['running', 1, null],
] as const)('a job that is %s with %i failed: %s', (state, failed, words) => {
  expect(endOf({ state, failed })).toBe(words)
})
