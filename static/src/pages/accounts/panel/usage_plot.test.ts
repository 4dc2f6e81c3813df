import { expect, test } from 'vitest'

import type { UsageDay } from '@/api/account_history'

import { datasetsOf, linesOf } from './usage_plot'

const days: UsageDay[] = [
  { day: '2026-11-24', usage: { 'jimeng-4.0': 2 } },
  { day: '2026-11-25', usage: {} },
  { day: '2026-11-26', usage: { nanobanana: 5, 'jimeng-4.0': 1, 'video-3.0': 0 } },
]

test('a line for each model that was called, the busiest first', () => {
  expect(linesOf(days)).toEqual([
    { model: 'nanobanana', values: [0, 0, 5], total: 5, colour: '--series-1' },
    { model: 'jimeng-4.0', values: [2, 0, 1], total: 3, colour: '--series-2' },
  ])
  expect(linesOf([])).toEqual([])
})

test('bars have the colours of the theme', () => {
  const [bar] = datasetsOf(linesOf(days), (name) => `value of ${name}`)
  expect(bar).toMatchObject({ label: 'nanobanana', data: [0, 0, 5], backgroundColor: 'value of --series-1' })
})
