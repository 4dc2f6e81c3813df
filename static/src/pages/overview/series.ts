import type { Stats } from '@/api/overview'

export type Grouping = 'outcome' | 'model'

/** The requests of one model, or those that ended one way. */
export interface Line {
  /** The model or the outcome; null: requests whose model could not be read. */
  key: string | null
  /** All that is not among the largest, together. */
  rest?: true
  values: number[]
  total: number
}

/** As many colours as eyes tell apart; one is for what is left. */
const maxSeries = 8

/** What is told apart, the largest first; the small ones together, so that the sum stays whole. */
export function linesOf(stats: Stats, grouping: Grouping): Line[] {
  const lines = new Map<string | null, Line>()
  for (const series of stats.series) {
    const key = series[grouping]
    const line = lines.get(key) ?? { key, values: stats.starts.map(() => 0), total: 0 }
    lines.set(key, add(line, series.requests))
  }
  const sorted = [...lines.values()].sort((one, other) => other.total - one.total)
  if (sorted.length <= maxSeries) return sorted
  const rest: Line = { key: null, rest: true, values: stats.starts.map(() => 0), total: 0 }
  return [
    ...sorted.slice(0, maxSeries - 1),
    sorted.slice(maxSeries - 1).reduce((sum, { values }) => add(sum, values), rest),
  ]
}

/** Of each step's requests, the share that succeeded; null where there were none. */
export function successShares(stats: Stats): (number | null)[] {
  const good = linesOf(stats, 'outcome').find(({ key }) => key === 'success')?.values
  const all = stats.starts.map((_, step) => stats.series.reduce((sum, series) => sum + series.requests[step]!, 0))
  return all.map((count, step) => (count > 0 ? (good?.[step] ?? 0) / count : null))
}

/** The same of all steps together. */
export function successRate(stats: Stats): number | null {
  if (stats.totals.requests === 0) return null
  const good = stats.series.filter(({ outcome }) => outcome === 'success')
  return good.reduce((sum, series) => sum + series.totals.requests, 0) / stats.totals.requests
}

const outcomeColours: Record<string, string> = {
  success: '--series-good',
  content_refused: '--series-5',
  bad_parameters: '--series-4',
  account_failed: '--series-3',
  upstream_failed: '--series-bad',
  upstream_unreachable: '--series-6',
  interrupted: '--series-7',
  no_account: '--series-1',
  busy: '--series-2',
}

/** The CSS variable of a line's colour. An outcome has its own, a model that of its place. */
export function colourOf(line: Line, place: number, grouping: Grouping): string {
  if (line.rest) return '--faint'
  if (grouping === 'outcome') return outcomeColours[line.key ?? ''] ?? '--faint'
  return `--series-${place + 1}`
}

function add(line: Line, values: number[]): Line {
  return {
    ...line,
    values: line.values.map((value, step) => value + values[step]!),
    total: line.total + values.reduce((sum, value) => sum + value, 0),
  }
}
