import { useQueryClient } from '@tanstack/vue-query'

/** After a change of accounts: whatever shows them is asked for again. */
export function useRefresh() {
  const queries = useQueryClient()
  return () => {
    void queries.invalidateQueries({ queryKey: ['accounts'] })
    void queries.invalidateQueries({ queryKey: ['overview'] })
  }
}
