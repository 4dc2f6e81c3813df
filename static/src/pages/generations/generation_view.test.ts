import { expect, test } from 'vitest'

import { elapsedMs, inQueueOrder, markOf, timelineOf } from './generation_view'

const at = (second: number) => `2026-11-22T12:00:${String(second).padStart(2, '0')}.000Z`

test.each([
  ['queued', null, 'plain'],
  ['in_progress', null, 'busy'],
  ['completed', null, 'good'],
  ['cancelled', null, 'plain'],
  ['failed', 'upstream_failed', 'bad'],
  ['failed', 'start_timeout', 'bad'],
  ['failed', 'content_refused', 'warn'],
  ['failed', 'outcome_unknown', 'warn'],
] as const)('%s with the error %s is marked %s', (state, error_code, mark) => {
  expect(markOf({ state, error_code })).toBe(mark)
})

test('the time runs from the moment that it was sent, and stands still once it has ended', () => {
  const now = new Date(at(30))
  expect(elapsedMs({ created_at: at(0), sent_at: null, ended_at: null }, now)).toBe(30_000)
  expect(elapsedMs({ created_at: at(0), sent_at: at(10), ended_at: null }, now)).toBe(20_000)
  expect(elapsedMs({ created_at: at(0), sent_at: at(10), ended_at: at(15) }, now)).toBe(5_000)
  // The browser's clock is behind.
  expect(elapsedMs({ created_at: at(40), sent_at: null, ended_at: null }, now)).toBe(0)
})

test('the timeline has what has happened, each with the time since the step before', () => {
  expect(timelineOf({ created_at: at(0), sent_at: at(4), detached_at: null, ended_at: at(9) })).toEqual([
    { name: 'created', at: at(0), after: null },
    { name: 'sent', at: at(4), after: 4_000 },
    { name: 'ended', at: at(9), after: 5_000 },
  ])
  expect(timelineOf({ created_at: at(0), sent_at: null, detached_at: null, ended_at: null })).toHaveLength(1)
})

test('what runs comes before what waits, the oldest first', () => {
  const rows = [
    { id: 'gen_4', state: 'queued' },
    { id: 'gen_3', state: 'in_progress' },
    { id: 'gen_2', state: 'queued' },
    { id: 'gen_1', state: 'in_progress' },
  ] as const
  expect(inQueueOrder([...rows]).map(({ id }) => id)).toEqual(['gen_1', 'gen_3', 'gen_2', 'gen_4'])
})
