import { expect, test } from 'vitest'

import type { LoggedRequest } from '@/api/requests'

import { continued, grown, kept, opened, released } from './log'

const row = (number: number, ended = number) =>
  ({ id: String(number).padStart(24, '0'), ended_at: new Date(ended * 1000).toISOString() }) as LoggedRequest
const numbers = (rows: LoggedRequest[]) => rows.map(({ id }) => Number(id))
const page = (items: LoggedRequest[], next_cursor: string | null = null) => ({
  size: 100,
  items,
  next_cursor,
  looked_back_to: null,
})

test('what ends is put where it began, once', () => {
  const log = grown(opened(page([row(5), row(3)])), [row(6), row(4, 9), row(5)], false)
  expect(numbers(log.rows)).toEqual([6, 5, 4, 3])
  expect(log.seenUntil).toBe(row(9).ended_at)
})

test('nothing new changes nothing', () => {
  const log = opened(page([row(5)]))
  expect(grown(log, [row(5)], false)).toBe(log)
})

test('while the list is being read, the new ones wait until they are asked for', () => {
  const log = grown(grown(opened(page([row(5)])), [row(6)], true), [row(7), row(6)], true)
  expect(numbers(log.rows)).toEqual([5])
  expect(numbers(log.held)).toEqual([7, 6])
  expect(numbers(released(log).rows)).toEqual([7, 6, 5])
})

test('a log that is watched does not grow forever, and the rest can be fetched again', () => {
  const rows = Array.from({ length: kept }, (_, at) => row(kept - at))
  const log = grown(opened(page(rows)), [row(kept + 1)], false)
  expect(log.rows).toHaveLength(kept)
  expect(log.older).toBe(row(2).id)
  expect(numbers(continued(log, page([row(1)])).rows).slice(-2)).toEqual([2, 1])
  expect(continued(log, page([row(1)])).older).toBeNull()
})
