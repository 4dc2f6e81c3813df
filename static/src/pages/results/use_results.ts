import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { resultsApi, type ResultTotals, type StoredResult } from '@/api/results'
import { useFailureText } from '@/composables/failures'
import { useLive } from '@/composables/live'
import { continued, grown, opened, type PagedRows } from '@/composables/paged_rows'
import { useToasts } from '@/composables/toasts'

import { asked, fromAddress, toAddress, type GalleryQuery } from './query'

/** While a file is fetched it comes soon; else a look now and then is enough. */
const pace = (busy: boolean) => (busy ? 2_000 : 5_000)
const pageSize = 60

export interface Gallery extends PagedRows<StoredResult> {
  /** Of all that is stored, whatever the filters. */
  totals: ResultTotals
}

/** The results that the page's address asks for. */
export function useResults() {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const query = computed(() => fromAddress(route.query))
  const keyOf = (of: GalleryQuery) => ['results', of]
  const known = (of: GalleryQuery) => queries.getQueryData<Gallery>(keyOf(of))

  const busy = ref(false)
  const live = useLive(
    computed(() => keyOf(query.value)),
    async (signal): Promise<Gallery> => {
      const of = query.value
      const page = await resultsApi.list({ ...asked(of, new Date()), size: pageSize }, signal)
      const before = known(of)
      busy.value = page.items.some(({ state }) => state === 'pending')
      return { ...(before ? grown(before, page) : opened(page)), totals: page.totals }
    },
    undefined,
    () => pace(busy.value),
  )

  const loadingOlder = ref(false)
  async function loadOlder() {
    const of = query.value
    const cursor = known(of)?.older
    if (!cursor || loadingOlder.value) return
    loadingOlder.value = true
    try {
      const page = await resultsApi.list({ ...asked(of, new Date()), size: pageSize, cursor })
      queries.setQueryData<Gallery>(
        keyOf(of),
        (list) => list && (list.older === cursor ? { ...list, ...continued(list, page) } : list),
      )
    } catch (failure) {
      toasts.failed(failureText(failure))
    } finally {
      loadingOlder.value = false
    }
  }

  return {
    query,
    go: (next: GalleryQuery) => void router.push({ path: '/results', query: toAddress(next) }),
    live,
    gallery: live.data,
    loadOlder,
    loadingOlder,
  }
}

/** One result; until its own answer comes it is as the list has it. */
export function useResult(id: () => string, listed: () => StoredResult | undefined) {
  const busy = ref(false)
  const live = useLive(
    () => ['result', id()],
    async (signal) => {
      const found = await resultsApi.show(id(), signal)
      busy.value = found.state === 'pending'
      return found
    },
    undefined,
    () => pace(busy.value),
  )
  const own = computed(() => (live.data.value?.id === id() ? live.data.value : undefined))
  return { live, result: computed(() => own.value ?? listed()) }
}
