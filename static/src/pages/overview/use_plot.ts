import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { RouteLocationRaw } from 'vue-router'

import type { Stats } from '@/api/overview'
import { useNames } from '@/composables/names'
import { useNumbers } from '@/composables/numbers'

import type { Plot } from './plot'
import { colourOf, linesOf, successShares, type Grouping, type Line } from './series'

/** Statistics as the chart, its table and its legend show them. */
export function usePlot(stats: () => Stats, grouping: () => Grouping) {
  const { t, locale } = useI18n()
  const { number, percent } = useNumbers()
  const name = useNames()

  const lines = computed(() => linesOf(stats(), grouping()))

  function labelOf({ key, rest }: Line): string {
    if (rest) return t('overview.stats.rest')
    if (key === null) return t('overview.stats.noModel')
    return grouping() === 'outcome' ? name('outcome', key) : key
  }

  /** The requests that a line counts, all or those of one step; null where the log knows no such filter. */
  function requestsOf({ key, rest }: Line, step?: number): RouteLocationRaw | null {
    if (rest || key === null) return null
    const { from, starts } = stats()
    const since = step === undefined ? from : starts[step]!
    const until = step === undefined ? undefined : starts[step + 1]
    return { path: '/requests', query: { [grouping()]: key, from: since, to: until } }
  }

  const plot = computed<Plot>(() => {
    const clock = new Intl.DateTimeFormat(locale.value, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    return {
      steps: stats().starts.map((start) => clock.format(new Date(start))),
      lines: lines.value.map((line, place) => ({
        label: labelOf(line),
        values: line.values,
        colour: colourOf(line, place, grouping()),
      })),
      rate: { label: t('overview.stats.rate'), values: successShares(stats()) },
      number,
      percent,
    }
  })

  const legend = computed(() =>
    lines.value.map((line, place) => ({
      label: labelOf(line),
      count: number(line.total),
      colour: colourOf(line, place, grouping()),
      to: requestsOf(line),
    })),
  )

  return { plot, legend, requestsOf: (step: number, place: number) => requestsOf(lines.value[place]!, step) }
}
