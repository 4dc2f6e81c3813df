import { expect, test } from 'vitest'

import { hostOf, isOnItsWay, nextAttempt } from './delivery_view'

test('of an address only its host is shown', () => {
  expect(hostOf('https://hooks.example:8443/in/secret?key=1')).toBe('hooks.example:8443')
  expect(hostOf('no address')).toBe('no address')
})

test('what waits after an attempt has a time, what goes out first has none', () => {
  const now = new Date('2026-12-01T10:00:00Z')
  expect(nextAttempt({ next_at: '2026-12-01T10:05:00Z', attempts: 2 }, now)).toEqual(new Date('2026-12-01T10:05:00Z'))
  expect(nextAttempt({ next_at: '2026-12-01T09:59:59Z', attempts: 2 }, now)).toBe('due')
  expect(nextAttempt({ next_at: '2026-12-01T10:05:00Z', attempts: 0 }, now)).toBeNull()
  expect(nextAttempt({ next_at: null, attempts: 1 }, now)).toBeNull()
})

test('an event is on its way until its first attempt has ended', () => {
  expect(isOnItsWay({ state: 'pending', attempts: 0 })).toBe(true)
  expect(isOnItsWay({ state: 'pending', attempts: 1 })).toBe(false)
  expect(isOnItsWay({ state: 'failed', attempts: 0 })).toBe(false)
})
