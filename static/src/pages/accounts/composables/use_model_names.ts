import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'

import { modelsApi } from '@/api/models'

/** The models of the catalogue, for the filter; they change every few weeks. */
export function useModelNames() {
  const { data } = useQuery({
    queryKey: ['models', 'names'],
    queryFn: ({ signal }) => modelsApi.list(signal),
    select: ({ items }) => items.map(({ id }) => id),
    staleTime: 60_000,
  })
  return computed(() => data.value ?? [])
}
