import { expect, test } from 'vitest'

import { storedResult } from '@/testing/answers'

import { beside, byDay, formatOf, inAnswerOrder, nearDay, warningOf } from './result_view'

const made = (number: number, at: Date) =>
  storedResult({ id: `res_${String(number).padStart(24, '0')}`, created_at: at.toISOString() })

test('what was made on one day stands together, by the clock of this device', () => {
  const rows = [
    made(4, new Date(2026, 11, 2, 0, 0, 1)),
    made(3, new Date(2026, 11, 1, 23, 59, 59)),
    made(2, new Date(2026, 11, 1, 0, 0, 0)),
    made(1, new Date(2026, 10, 30, 12)),
  ]
  const days = byDay(rows)
  expect(days.map(({ results }) => results.length)).toEqual([1, 2, 1])
  expect(days.map(({ start }) => start)).toEqual([new Date(2026, 11, 2), new Date(2026, 11, 1), new Date(2026, 10, 30)])
  expect(byDay([])).toEqual([])
})

test('those of one answer stand as it had them, behind those of a later one', () => {
  const of = (request: string, position: number) =>
    storedResult({ id: `res_${request}${position}`, request_id: request, position })
  const rows = [of('b', 1), of('b', 0), of('a', 0), of('a', 2), of('a', 1)]
  expect(inAnswerOrder(rows).map(({ id }) => id)).toEqual(['res_b0', 'res_b1', 'res_a0', 'res_a1', 'res_a2'])
})

test('today and yesterday have words of their own, also where the clock was changed', () => {
  const now = new Date(2026, 2, 30, 0, 30)
  expect(nearDay(new Date(2026, 2, 30), now)).toBe('today')
  expect(nearDay(new Date(2026, 2, 29), now)).toBe('yesterday')
  expect(nearDay(new Date(2026, 2, 28), now)).toBeNull()
})

test('a format is told by the last part of its type', () => {
  expect(['image/png', 'video/mp4; codecs=avc1', 'image/svg+xml', null].map((mime) => formatOf({ mime }))).toEqual([
    'PNG',
    'MP4',
    'SVG',
    '',
  ])
})

test('the totals tell why nothing more is stored', () => {
  const totals = { count: 1, bytes: 10, max_bytes: 100, free_bytes: 1000, is_storing: true }
  expect(warningOf(totals)).toBeNull()
  expect(warningOf({ ...totals, is_storing: false })).toBe('stopped')
  expect(warningOf({ ...totals, bytes: 100, is_storing: false })).toBe('full')
})

test('neighbours are those of the list', () => {
  const rows = [3, 2, 1].map((number) => made(number, new Date()))
  expect(beside(rows, rows[1]!.id, 1)).toBe(rows[2])
  expect(beside(rows, rows[1]!.id, -1)).toBe(rows[0])
  expect(beside(rows, rows[2]!.id, 1)).toBeNull()
  expect(beside(rows, 'res_x', 1)).toBeNull()
})
