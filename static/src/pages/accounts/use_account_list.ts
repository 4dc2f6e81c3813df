import { keepPreviousData, useQuery } from '@tanstack/vue-query'
import { computed, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { accountsApi } from '@/api/accounts'
import { Unreachable } from '@/api/request'
import type { AccountQuery, Me } from '@/api/types'

import { sortableKeys } from './columns'
import { changed, fromAddress, pageCount, toAddress } from './query'

const refreshEvery = 5_000

/** The list that the page's address asks for, kept up to date. */
export function useAccountList(me: Ref<Me>) {
  const route = useRoute()
  const router = useRouter()

  const query = computed(() => fromAddress(route.query, me.value, sortableKeys(me.value)))

  const { data, error, isPlaceholderData, isFetching, dataUpdatedAt, refetch } = useQuery({
    queryKey: ['accounts', query],
    queryFn: ({ signal }) => accountsApi.list(query.value, signal),
    refetchInterval: refreshEvery,
    refetchOnWindowFocus: 'always',
    placeholderData: keepPreviousData,
    // The rows that did not change stay the same objects; the table skips them.
    structuralSharing: true,
    shallow: true,
  })

  function go(next: AccountQuery, how: 'push' | 'replace' = 'push') {
    void router[how]({ query: toAddress(next) })
  }

  // The last rows of the last page may be deleted, here or elsewhere: then the page before is the last.
  watch(data, (list) => {
    if (!list || isPlaceholderData.value || list.items.length > 0 || list.total === 0) return
    go(changed(query.value, { page: pageCount(list.total, query.value.size) }), 'replace')
  })

  return {
    query,
    go,
    refetch,
    list: data,
    error,
    /** The rows shown are those of the query before. */
    switching: isPlaceholderData,
    isFetching,
    unreachable: computed(() => error.value instanceof Unreachable),
    updatedAt: computed(() => new Date(dataUpdatedAt.value)),
  }
}
