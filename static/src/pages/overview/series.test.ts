import { expect, test } from 'vitest'

import type { Stats, StatsSeries } from '@/api/overview'

import { colourOf, linesOf, successRate, successShares } from './series'

function stats(
  ...rows: [model: string | null, outcome: StatsSeries['outcome'], ...requests: [number, number, number]][]
): Stats {
  const series = rows.map(([model, outcome, ...requests]) => ({
    model,
    outcome,
    requests,
    totals: { requests: requests.reduce((sum, each) => sum + each) },
  }))
  const requests = series.reduce((sum, each) => sum + each.totals.requests, 0)
  return { by: 'hour', from: 't0', starts: ['t0', 't1', 't2'], totals: { requests }, series }
}

const mixed = stats(
  ['a', 'success', 4, 0, 3],
  ['b', 'success', 1, 0, 0],
  ['a', 'busy', 5, 0, 0],
  [null, 'busy', 0, 0, 1],
)

test('the same requests by outcome and by model', () => {
  expect(linesOf(mixed, 'outcome')).toEqual([
    { key: 'success', values: [5, 0, 3], total: 8 },
    { key: 'busy', values: [5, 0, 1], total: 6 },
  ])
  expect(linesOf(mixed, 'model').map(({ key, total }) => [key, total])).toEqual([
    ['a', 12],
    ['b', 1],
    [null, 1],
  ])
})

test('the success rate is unknown, not zero, where there were no requests', () => {
  expect(successShares(mixed)).toEqual([0.5, null, 0.75])
  expect(successRate(mixed)).toBeCloseTo(8 / 14)
  expect(successRate(stats())).toBeNull()
  expect(successShares(stats(['a', 'busy', 1, 0, 0]))).toEqual([0, null, null])
})

test('more models than colours: the small ones are one line, and nothing is lost', () => {
  const many = stats(
    ...Array.from(
      { length: 12 },
      (_, at) => [`m${at}`, 'success', at + 1, 0, 0] as [string, 'success', number, number, number],
    ),
  )
  const lines = linesOf(many, 'model')
  expect(lines).toHaveLength(8)
  expect(lines[0]!.key).toBe('m11')
  expect(lines.at(-1)).toMatchObject({ rest: true, total: 1 + 2 + 3 + 4 + 5 })
  expect(lines.reduce((sum, { total }) => sum + total, 0)).toBe(many.totals.requests)
})

test('an outcome keeps its colour wherever it stands', () => {
  const [success, busy] = linesOf(mixed, 'outcome')
  expect(colourOf(success!, 3, 'outcome')).toBe('--series-good')
  expect(colourOf(busy!, 0, 'outcome')).toBe(colourOf(busy!, 5, 'outcome'))
  expect(colourOf(linesOf(mixed, 'model')[1]!, 1, 'model')).toBe('--series-2')
})
