import { useMutationObserver } from '@vueuse/core'
import { Chart, type ChartDataset, type ChartOptions } from 'chart.js'
import { onBeforeUnmount, onMounted, watch, type ShallowRef } from 'vue'

/** The value of one of the style sheet's colours. */
export type Colour = (variable: string) => string

export interface Drawing {
  labels: string[]
  datasets: ChartDataset[]
  options: ChartOptions
}

/** A chart of bars, and what stands among them, that is redrawn when what `drawing` reads changes, and with the theme. */
export function useChart(canvas: Readonly<ShallowRef<HTMLCanvasElement | null>>, drawing: (colour: Colour) => Drawing) {
  let chart: Chart | undefined
  const colour: Colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim()

  function draw({ labels, datasets, options }: Drawing) {
    if (!chart) return
    chart.data.labels = labels
    chart.data.datasets = datasets
    chart.options = options
    chart.update('none')
  }

  onMounted(() => {
    chart = new Chart(canvas.value!, { type: 'bar', data: { datasets: [] } })
    draw(drawing(colour))
  })
  onBeforeUnmount(() => chart?.destroy())
  watch(() => drawing(colour), draw)
  // The theme is a class of the document.
  useMutationObserver(document.documentElement, () => draw(drawing(colour)), { attributeFilter: ['class'] })
}

/** How bars stand beside each other. */
export const bars = { categoryPercentage: 0.9, barPercentage: 0.9 }

/** The page's look, without axes. */
export const chartLook = () => ({
  // A canvas inherits nothing.
  font: { family: getComputedStyle(document.body).fontFamily, size: 11 },
  animation: false as const,
  maintainAspectRatio: false,
  interaction: { mode: 'index' as const, intersect: false },
})

/** An axis' line and its words. */
export const axisLook = (colour: Colour) => ({
  border: { color: colour('--line') },
  ticks: { color: colour('--muted') },
})

/** The axis of time, below bars that stand on each other. */
export function stepsAxis(colour: Colour) {
  const { border, ticks } = axisLook(colour)
  return { stacked: true, border, grid: { display: false }, ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 16 } }
}

/** The axis of whole numbers, beside bars that stand on each other. */
export function countsAxis(colour: Colour, number: (value: number) => string, maxTicksLimit: number) {
  const { border, ticks } = axisLook(colour)
  return {
    stacked: true,
    beginAtZero: true,
    border,
    grid: { color: colour('--line') },
    ticks: { ...ticks, precision: 0, maxTicksLimit, callback: (value: string | number) => number(Number(value)) },
  }
}

export const tooltipLook = (colour: Colour) => ({
  backgroundColor: colour('--ink'),
  titleColor: colour('--canvas'),
  bodyColor: colour('--canvas'),
})
