import { computed } from 'vue'

import { modelsApi, type CatalogModel } from '@/api/models'
import { overviewApi, type ModelFigures } from '@/api/overview'
import { useLive } from '@/composables/live'

export interface ModelRow {
  model: CatalogModel
  /** How it stands in the pool; absent for one that was added between the two answers. */
  figures: ModelFigures | undefined
}

/** The catalogue and how its models stand in the pool, kept up to date. */
export function useCatalog(search: () => string) {
  const { data, ...live } = useLive(['models'], async (signal) => {
    const [{ items }, { models }] = await Promise.all([modelsApi.list(signal), overviewApi.show(signal)])
    return { items, figures: models }
  })
  const rows = computed((): ModelRow[] | undefined =>
    data.value?.items.map((model) => ({ model, figures: data.value.figures.find(({ id }) => id === model.id) })),
  )
  const found = computed(() => rows.value?.filter(({ model }) => fits(model, search())))
  return { rows, found, live }
}

export function fits({ id, names }: Pick<CatalogModel, 'id' | 'names'>, search: string): boolean {
  const part = search.toLowerCase()
  return [id, ...names.map(({ name }) => name)].some((name) => name.toLowerCase().includes(part))
}
