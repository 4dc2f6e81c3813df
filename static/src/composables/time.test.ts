import { expect, test } from 'vitest'

import { countdown, momentText, relativeTime, upcomingTime } from './time'

const now = new Date('2026-03-01T12:00:00Z')
const after = (seconds: number) => new Date(now.getTime() + seconds * 1000)

test.each([
  [-30, null],
  [-60, '1 min. ago'],
  [-3 * 3600 - 59, '3 hr. ago'],
  [-2 * 86_400, '2 days ago'],
  [45 * 60, 'in 45 min.'],
])('%d s from now', (seconds, expected) => {
  expect(relativeTime(after(seconds), now, 'en')).toBe(expected)
})

test('what comes next is never past: it is due', () => {
  expect(upcomingTime(after(120), now, 'en')).toBe('in 2 min.')
  for (const seconds of [30, 0, -300]) expect(upcomingTime(after(seconds), now, 'en')).toBeNull()
})

test('the day is told where it is not today', () => {
  const noon = new Date(2026, 10, 22, 12)
  expect(momentText(new Date(2026, 10, 22, 9, 5, 7), 'en', noon)).toBe('9:05:07 AM')
  expect(momentText(new Date(2026, 10, 21, 9, 5, 7), 'en', noon)).toBe('Nov 21, 09:05:07 AM')
})

test('relative times speak the language of the page', () => {
  expect(relativeTime(after(-3600), now, 'zh-CN')).toBe('1小时前')
})

test.each([
  [0, null],
  [-5, null],
  [0.2, { days: 0, clock: '0:00:01' }],
  [59, { days: 0, clock: '0:00:59' }],
  [4 * 3600 - 1, { days: 0, clock: '3:59:59' }],
  [2 * 86_400 + 3600 + 61, { days: 2, clock: '1:01:01' }],
])('%d s left of a ban', (seconds, expected) => {
  expect(countdown(after(seconds), now)).toEqual(expected)
})
