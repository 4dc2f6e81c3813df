import { useQueryClient } from '@tanstack/vue-query'
import { useDebounceFn } from '@vueuse/core'
import { computed, shallowRef, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { accountsApi } from '@/api/accounts'
import { Unreachable } from '@/api/request'
import type { AccountQuery, Me } from '@/api/types'

import { sortableKeys } from '../columns'
import { changed, endless, fromAddress, pageCount, toAddress } from '../query'
import { refreshEvery, useWindowQueries } from './use_window_queries'
import { windowsFor, windowSize, withWindow, type KnownRows, type ListWindow, type Sight } from '../windows'

/** Scrolling asks for what is in sight when it rests, or this often while it goes on. */
const restFor = 100
const restAtMost = 400

/** The list that the page's address asks for; what of it is in sight is kept up to date. */
export function useAccountList(me: Ref<Me>) {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()

  const query = computed(() => fromAddress(route.query, me.value, sortableKeys(me.value)))
  const onePage = computed(() => query.value.size !== endless)
  const asked = computed(() => JSON.stringify(query.value))
  const sight = shallowRef<Sight>({ first: 0, last: 0 })
  /** Where the scroll came to rest. */
  const rested = shallowRef<Sight>({ first: 0, last: 0 })
  const known = shallowRef<KnownRows | null>(null)

  const wanted = computed(() =>
    onePage.value ? [query.value.page] : windowsFor(rested.value.first, rested.value.last, known.value?.total ?? 1),
  )

  const windowQuery = (page: number) => {
    const list = asked.value
    const parameters = { ...query.value, page, size: onePage.value ? query.value.size : windowSize }
    return {
      queryKey: ['accounts', 'list', list, page],
      queryFn: async ({ signal }: { signal: AbortSignal }): Promise<ListWindow> => ({
        ...(await accountsApi.list(parameters, signal)),
        asked: list,
      }),
      // A window that was seen a moment ago is not asked for again at once.
      staleTime: refreshEvery - 1_000,
    }
  }

  const results = useWindowQueries(computed(() => wanted.value.map(windowQuery)))

  watch(
    results,
    (answers) => {
      for (const { data } of answers) {
        if (data?.asked !== asked.value) continue
        const is = known.value
        const news = is?.asked !== data.asked || is.total !== data.total || is.windows.get(data.page) !== data.items
        if (news) known.value = withWindow(is, data, onePage.value)
      }
    },
    { immediate: true },
  )

  // A list that is asked for again is read from its top.
  watch(asked, () => (rested.value = { first: 0, last: 0 }), { flush: 'sync' })
  const rest = useDebounceFn(() => (rested.value = sight.value), restFor, { maxWait: restAtMost })

  function see(rows: Sight) {
    sight.value = rows
    void rest()
  }

  /** An account's panel stays open through changes of the list. */
  function go(next: AccountQuery, how: 'push' | 'replace' = 'push') {
    const { account } = route.query
    void router[how]({ query: { ...toAddress(next), ...(account ? { account } : {}) } })
  }

  const switching = computed(() => known.value !== null && known.value.asked !== asked.value)

  // The last rows of the last page may be deleted, here or elsewhere: then the page before is the last.
  watch(known, (rows) => {
    if (!rows || !onePage.value || switching.value || rows.count > 0 || rows.total === 0) return
    go(changed(query.value, { page: pageCount(rows.total, query.value.size) }), 'replace')
  })

  const error = computed(() => results.value.find((result) => result.error)?.error ?? null)

  return {
    query,
    go,
    known,
    error,
    /** The rows shown are those of the query before. */
    switching,
    /** The rows in sight, and what tells them. */
    sight,
    see,
    /** The accounts in these rows, fetched where they are not known. */
    async accountsIn({ first, last }: Sight) {
      const rows = known.value!
      if (!onePage.value) {
        const pages = windowsFor(first, last, rows.total)
        const answers = await Promise.all(
          pages.map((page) => queries.fetchQuery({ ...windowQuery(page), staleTime: 60_000 })),
        )
        for (const answer of answers) known.value = withWindow(known.value, answer, false)
      }
      const at = Array.from({ length: last - first + 1 }, (_, step) => known.value!.rowAt(first + step))
      return at.filter((account) => account !== undefined)
    },
    isFetching: computed(() => results.value.some((result) => result.isFetching)),
    unreachable: computed(() => error.value instanceof Unreachable),
    updatedAt: computed(() => {
      const times = results.value.map((result) => result.dataUpdatedAt).filter((at) => at > 0)
      return new Date(times.length > 0 ? Math.min(...times) : 0)
    }),
    refetch: () => void queries.refetchQueries({ queryKey: ['accounts', 'list'], type: 'active' }),
  }
}
