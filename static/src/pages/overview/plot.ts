import type { ChartDataset, ChartOptions } from 'chart.js'

/** What the chart shows: bars that stand on each other, and the success rate above them. */
export interface Plot {
  steps: string[]
  lines: { label: string; values: number[]; colour: string }[]
  rate: { label: string; values: (number | null)[] }
  number: (value: number) => string
  percent: (share: number) => string
}

type Colour = (variable: string) => string

export function datasetsOf({ lines, rate }: Plot, colour: Colour): ChartDataset[] {
  const bars = lines.map(({ label, values, colour: name }): ChartDataset<'bar'> => ({
    type: 'bar',
    label,
    data: values,
    backgroundColor: colour(name),
    stack: 'requests',
    yAxisID: 'requests',
    categoryPercentage: 0.9,
    barPercentage: 0.9,
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
  return [...bars, line]
}

export function chartOptions({ number, percent, lines }: Plot, colour: Colour, pick: (step: number, line: number) => void): ChartOptions {
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
      requests: {
        axis: 'y',
        position: 'left',
        stacked: true,
        beginAtZero: true,
        border,
        grid: { color: colour('--line') },
        ticks: { ...ticks, precision: 0, maxTicksLimit: 6, callback: (value) => number(Number(value)) },
      },
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
        backgroundColor: colour('--ink'),
        titleColor: colour('--canvas'),
        bodyColor: colour('--canvas'),
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
