import { expect, test } from 'vitest'

import { canRetry, markOf, scopeOf, tookMs } from './job_view'

test('a job that is done is good only if nothing of it failed', () => {
  expect(markOf({ state: 'done' })).toBe('good')
  expect(markOf({ state: 'done', failed: 1 })).toBe('warn')
  expect(markOf({ state: 'running', failed: 1 })).toBe('busy')
  expect(markOf({ state: 'skipped' })).toBe('plain')
})

test('whom a job is for', () => {
  const job = { kind: 'points_update', scope: null, account_id: null, count: 1, total: 7 } as const
  expect(scopeOf(job)).toEqual({ key: 'accounts', count: 7 })
  expect(scopeOf({ ...job, account_id: 3, total: 1 })).toEqual({ key: 'account', count: 1 })
  expect(scopeOf({ ...job, scope: 'all' })).toEqual({ key: 'all', count: 7 })
  expect(scopeOf({ ...job, kind: 'register', count: 5, total: 5 })).toEqual({ key: 'registrations', count: 5 })
})

test('a job that runs has taken until now', () => {
  const now = new Date('2026-11-22T12:01:00Z')
  expect(tookMs({ started_at: null, ended_at: null }, now)).toBeNull()
  expect(tookMs({ started_at: '2026-11-22T12:00:00Z', ended_at: null }, now)).toBe(60_000)
  expect(tookMs({ started_at: '2026-11-22T12:00:00Z', ended_at: '2026-11-22T12:00:05Z' }, now)).toBe(5_000)
})

test('what can be tried again', () => {
  const ended = { ended_at: '2026-11-22T12:00:00Z', failed: 0, state: 'done', kind: 'points_update' } as const
  expect(canRetry(ended)).toBe(false)
  expect(canRetry({ ...ended, failed: 1 })).toBe(true)
  expect(canRetry({ ...ended, state: 'failed' })).toBe(true)
  expect(canRetry({ ...ended, failed: 1, ended_at: null })).toBe(false)
  expect(canRetry({ ...ended, failed: 1, state: 'cancelled', kind: 'register' })).toBe(false)
})
