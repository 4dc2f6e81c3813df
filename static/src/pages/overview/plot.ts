import type { ChartDataset, ChartOptions } from 'chart.js'

import { axisLook, bars, chartLook, countsAxis, stepsAxis, tooltipLook, type Colour } from '@/composables/chart'

/** What the chart shows: bars that stand on each other, and the success rate above them. */
export interface Plot {
  steps: string[]
  lines: { label: string; values: number[]; colour: string }[]
  rate: { label: string; values: (number | null)[] }
  number: (value: number) => string
  percent: (share: number) => string
}

export function datasetsOf({ lines, rate }: Plot, colour: Colour): ChartDataset[] {
  const counts = lines.map(({ label, values, colour: name }): ChartDataset<'bar'> => ({
    type: 'bar',
    label,
    data: values,
    backgroundColor: colour(name),
    stack: 'requests',
    yAxisID: 'requests',
    ...bars,
    order: 1,
  }))
  const line: ChartDataset<'line', (number | null)[]> = {
    type: 'line',
    label: rate.label,
    data: rate.values,
    borderColor: colour('--ink'),
    backgroundColor: colour('--ink'),
    borderWidth: 1.25,
    pointRadius: 1.5,
    clip: 4, // All of them succeed, as a rule: the line runs along the upper edge.
    yAxisID: 'rate',
    order: 0,
  }
  return [...counts, line]
}

export function chartOptions(
  { number, percent, lines }: Plot,
  colour: Colour,
  pick: (step: number, line: number) => void,
): ChartOptions {
  const { border, ticks } = axisLook(colour)
  return {
    ...chartLook(),
    scales: {
      x: stepsAxis(colour),
      requests: { axis: 'y', position: 'left', ...countsAxis(colour, number, 6) },
      rate: {
        axis: 'y',
        position: 'right',
        min: 0,
        max: 1,
        border,
        grid: { display: false },
        ticks: { ...ticks, stepSize: 0.25, callback: (value) => percent(Number(value)) },
      },
    },
    plugins: {
      tooltip: {
        ...tooltipLook(colour),
        filter: ({ parsed }) => parsed.y !== null && parsed.y !== 0,
        callbacks: {
          label: ({ dataset, parsed }) =>
            `${dataset.label}: ${dataset.yAxisID === 'rate' ? percent(parsed.y ?? 0) : number(parsed.y ?? 0)}`,
        },
      },
    },
    onClick: (event, _, chart) => {
      const [bar] = chart.getElementsAtEventForMode(event.native!, 'nearest', { intersect: true }, true)
      if (bar && bar.datasetIndex < lines.length) pick(bar.index, bar.datasetIndex)
    },
  }
}
