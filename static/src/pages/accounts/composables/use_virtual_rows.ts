import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/vue-virtual'
import { computed, watch, type Ref } from 'vue'

import { rowsInSight, type Sight } from '../windows'

/** A row, or the room that rows take which are not made. */
export type Part = { row: number } | { gap: number; key: string }

/** Only the rows in sight are made, a few around them, and the one that has the focus wherever it is. */
export function useVirtualRows(options: {
  scroller: Readonly<Ref<HTMLElement | null>>
  count: () => number
  rowHeight: () => number
  headHeight: () => number
  kept: Ref<number>
}) {
  const { scroller, count, rowHeight, headHeight, kept } = options

  const virtualizer = useVirtualizer(
    computed(() => {
      const always = kept.value
      const height = rowHeight()
      return {
        count: count(),
        getScrollElement: () => scroller.value,
        estimateSize: () => height,
        overscan: 3,
        scrollMargin: headHeight(),
        scrollPaddingStart: headHeight(),
        // A scroll bar lies over the last row.
        scrollPaddingEnd: 16,
        rangeExtractor: (range: Range) => {
          const rows = defaultRangeExtractor(range)
          if (always < range.count && !rows.includes(always)) rows.push(always)
          return rows.sort((one, other) => one - other)
        },
      }
    }),
  )
  watch(rowHeight, () => virtualizer.value.measure())

  const parts = computed<Part[]>(() => {
    const all: Part[] = []
    let next = 0
    const skip = (to: number) =>
      to > next && all.push({ gap: (to - next) * rowHeight(), key: `gap${all.length === 0 ? 'Above' : next}` })
    for (const { index } of virtualizer.value.getVirtualItems()) {
      if (index >= count()) continue
      skip(index)
      all.push({ row: index })
      next = index + 1
    }
    skip(count())
    return all
  })

  const sight = computed<Sight>((before) => {
    const { scrollOffset, scrollRect } = virtualizer.value
    const now = rowsInSight(
      scrollOffset ?? 0,
      Math.max(0, (scrollRect?.height ?? 0) - headHeight()),
      rowHeight(),
      count(),
    )
    return before && before.first === now.first && before.last === now.last ? before : now
  })

  return { parts, sight, scrollTo: (row: number) => virtualizer.value.scrollToIndex(row) }
}
