import { expect, test } from 'vitest'

import { markOfOutcome, reasonsOf, spanOf } from './request_view'

test('what is the client’s doing, or may have gone well, is no alarm', () => {
  expect(markOfOutcome('success')).toBe('good')
  expect(markOfOutcome('content_refused')).toBe('warn')
  expect(markOfOutcome('outcome_unknown')).toBe('warn')
  expect(markOfOutcome('no_account')).toBe('bad')
  expect(markOfOutcome('something new')).toBe('bad')
})

test('where an attempt lies within its request', () => {
  const request = { started_at: '2026-11-22T12:00:00.000Z', duration_ms: 1000 }
  expect(spanOf({ started_at: '2026-11-22T12:00:00.250Z', duration_ms: 500 }, request)).toEqual({
    start: 0.25,
    length: 0.5,
  })
  expect(spanOf({ started_at: '2026-11-22T12:00:00.999Z', duration_ms: 500 }, request)).toEqual({
    start: 0.999,
    length: 1 - 0.999,
  })
  expect(
    spanOf({ started_at: '2026-11-22T12:00:00.000Z', duration_ms: 0 }, { ...request, duration_ms: 0 }).length,
  ).toBe(0.005)
})

test('the reasons, the most frequent first', () => {
  expect(reasonsOf({ banned: 2, busy: 0, at_limit: 5 })).toEqual([
    ['at_limit', 5],
    ['banned', 2],
  ])
})
