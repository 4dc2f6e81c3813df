import { useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'

export const densities = ['compact', 'comfortable'] as const
export type Density = (typeof densities)[number]

interface TableView {
  density: Density
  /** Columns that are not shown. */
  hidden: string[]
}

const usual: TableView = { density: 'comfortable', hidden: [] }

/** On a phone a row holds two lines, and is touched. */
const heights = { wide: { compact: 30, comfortable: 38 }, narrow: { compact: 44, comfortable: 52 } }

/** How the table looks: this browser remembers it. */
export function useTableView() {
  const view = useLocalStorage<TableView>('dreamina.accounts.view', usual, { mergeDefaults: true })
  return {
    density: computed(() => view.value.density),
    hidden: computed(() => view.value.hidden),
    isUsual: computed(() => view.value.density === usual.density && view.value.hidden.length === 0),
    setDensity: (density: Density) => (view.value = { ...view.value, density }),
    show(column: string, shown: boolean) {
      const others = view.value.hidden.filter((each) => each !== column)
      view.value = { ...view.value, hidden: shown ? others : [...others, column] }
    },
    reset: () => (view.value = { ...usual }),
  }
}

export type View = ReturnType<typeof useTableView>

export function rowHeight(density: Density, narrow: boolean): number {
  // Whatever else a browser may have stored.
  return heights[narrow ? 'narrow' : 'wide'][density] ?? heights.wide.comfortable
}
