import { keepPreviousData, useQuery, type QueryKey } from '@tanstack/vue-query'
import { computed, toValue, type MaybeRefOrGetter } from 'vue'

import { Unreachable } from '@/api/request'

/** Often enough to watch a pool live, seldom enough for many open pages. */
const refreshEvery = 5_000

/** Something of the service that the page keeps up to date while it is shown; while the service does not answer the last state stays. */
export function useLive<T>(
  key: MaybeRefOrGetter<QueryKey>,
  read: (signal: AbortSignal) => Promise<T>,
  enabled?: MaybeRefOrGetter<boolean>,
  every: MaybeRefOrGetter<number> = refreshEvery,
) {
  const { data, error, isFetching, isPlaceholderData, dataUpdatedAt, refetch } = useQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ signal }) => read(signal),
    enabled: computed(() => toValue(enabled) ?? true),
    refetchInterval: () => toValue(every),
    refetchOnWindowFocus: 'always',
    placeholderData: keepPreviousData,
  })
  return {
    data,
    error,
    isFetching,
    refetch,
    /** What is shown is the answer to the question before. */
    switching: isPlaceholderData,
    unreachable: computed(() => error.value instanceof Unreachable),
    updatedAt: computed(() => new Date(dataUpdatedAt.value)),
  }
}

export type Live = Omit<ReturnType<typeof useLive>, 'data'>
