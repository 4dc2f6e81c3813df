import type { ChartDataset, ChartOptions } from 'chart.js'

import type { UsageDay } from '@/api/account_history'
import { bars, chartLook, countsAxis, stepsAxis, tooltipLook, type Colour } from '@/composables/chart'

/** As many as the style sheet has colours for. */
const colours = 8

export interface UsageLine {
  model: string
  values: number[]
  total: number
  colour: string
}

/** A line for each model that was called at all, the busiest first. */
export function linesOf(days: UsageDay[]): UsageLine[] {
  const models = [...new Set(days.flatMap(({ usage }) => Object.keys(usage)))]
  return models
    .map((model) => {
      const values = days.map(({ usage }) => usage[model] ?? 0)
      return { model, values, total: values.reduce((sum, value) => sum + value, 0) }
    })
    .filter(({ total }) => total > 0)
    .sort((one, other) => other.total - one.total || one.model.localeCompare(other.model))
    .map((line, place) => ({ ...line, colour: `--series-${(place % colours) + 1}` }))
}

export function datasetsOf(lines: UsageLine[], colour: Colour): ChartDataset<'bar'>[] {
  return lines.map(({ model, values, colour: name }) => ({
    label: model,
    data: values,
    backgroundColor: colour(name),
    ...bars,
  }))
}

export function chartOptions(colour: Colour, number: (value: number) => string): ChartOptions {
  return {
    ...chartLook(),
    scales: { x: stepsAxis(colour), y: countsAxis(colour, number, 5) },
    plugins: { tooltip: { ...tooltipLook(colour), filter: ({ parsed }) => parsed.y !== 0 } },
  }
}
