import type { ChartDataset, ChartOptions } from 'chart.js'

import type { UsageDay } from '@/api/account_history'

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

type Colour = (variable: string) => string

export function datasetsOf(lines: UsageLine[], colour: Colour): ChartDataset<'bar'>[] {
  return lines.map(({ model, values, colour: name }) => ({
    label: model,
    data: values,
    backgroundColor: colour(name),
    categoryPercentage: 0.9,
    barPercentage: 0.9,
  }))
}

export function chartOptions(colour: Colour, number: (value: number) => string): ChartOptions<'bar'> {
  const ticks = { color: colour('--muted') }
  const border = { color: colour('--line') }
  return {
    // A canvas inherits nothing.
    font: { family: getComputedStyle(document.body).fontFamily, size: 11 },
    animation: false,
    maintainAspectRatio: false,
    interaction: { mode: 'index', intersect: false },
    scales: {
      x: { stacked: true, grid: { display: false }, border, ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 } },
      y: {
        stacked: true,
        beginAtZero: true,
        border,
        grid: { color: colour('--line') },
        ticks: { ...ticks, precision: 0, maxTicksLimit: 5, callback: (value) => number(Number(value)) },
      },
    },
    plugins: {
      tooltip: {
        backgroundColor: colour('--ink'),
        titleColor: colour('--canvas'),
        bodyColor: colour('--canvas'),
        filter: ({ parsed }) => parsed.y !== 0,
      },
    },
  }
}
