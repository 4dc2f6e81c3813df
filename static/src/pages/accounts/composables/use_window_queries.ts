import { QueryObserver, useQueryClient, type QueryKey, type QueryObserverResult } from '@tanstack/vue-query'
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue'

import type { ListWindow } from '../windows'

export const refreshEvery = 5_000

export interface WindowQuery {
  queryKey: QueryKey
  queryFn: (context: { signal: AbortSignal }) => Promise<ListWindow>
  staleTime: number
}

/**
 * Keeps these windows of a list up to date, each by a query of its own; one that is no longer among them is not
 * refreshed, and broken off if it is still on its way. (useQueries of vue-query fails where their number changes.)
 */
export function useWindowQueries(wanted: Readonly<Ref<WindowQuery[]>>) {
  const queries = useQueryClient()
  const results = shallowRef<QueryObserverResult<ListWindow>[]>([])
  let observed = new Map<string, { observer: QueryObserver<ListWindow>; stop: () => void }>()

  const tell = () => (results.value = [...observed.values()].map(({ observer }) => observer.getCurrentResult()))

  watch(
    wanted,
    (windows) => {
      const next: typeof observed = new Map()
      for (const window of windows) {
        const key = JSON.stringify(window.queryKey)
        const known = observed.get(key)
        if (known) {
          next.set(key, known)
          continue
        }
        const observer = new QueryObserver<ListWindow>(queries, {
          ...window,
          refetchInterval: refreshEvery,
          refetchOnWindowFocus: 'always',
        })
        next.set(key, { observer, stop: observer.subscribe(tell) })
      }
      for (const [key, { stop }] of observed) if (!next.has(key)) stop()
      observed = next
      tell()
    },
    { immediate: true },
  )
  onScopeDispose(() => observed.forEach(({ stop }) => stop()))
  return results
}
