import { expect, test } from 'vitest'

import type { GenerationPage } from '@/api/generations'
import { generation } from '@/testing/answers'

import { continued, grown, opened } from './paged_rows'

const idOf = (number: number) => `gen_${String(number).padStart(24, '0')}`
const page = (numbers: number[], next: number | null): GenerationPage => ({
  size: numbers.length,
  next_cursor: next === null ? null : idOf(next).slice(4),
  open: { queued: 0, in_progress: 0 },
  items: numbers.map((number) => generation({ id: idOf(number), state: 'completed' })),
})
const ids = ({ rows }: { rows: { id: string }[] }) => rows.map(({ id }) => Number(id.slice(4)))

test('what has ended meanwhile comes to the top of what was read', () => {
  const known = continued(opened(page([6, 5], 5)), page([4, 3], 3))
  expect(ids(known)).toEqual([6, 5, 4, 3])
  const later = grown(known, page([7, 6], 6))
  expect(ids(later)).toEqual([7, 6, 5, 4, 3])
  expect(later.older).toBe(idOf(3).slice(4))
})

test('what was deleted goes, and what lies behind stays', () => {
  const known = continued(opened(page([6, 5], 5)), page([4, 3], 3))
  expect(ids(grown(known, page([6, 4], 4)))).toEqual([6, 4, 3])
  expect(ids(grown(known, page([6], null)))).toEqual([6])
})

test('after more than a page the list begins anew', () => {
  const known = continued(opened(page([6, 5], 5)), page([4, 3], 3))
  const later = grown(known, page([9, 8], 8))
  expect(ids(later)).toEqual([9, 8])
  expect(later.older).toBe(idOf(8).slice(4))
})
