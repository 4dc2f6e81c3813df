import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { generationsApi, type Generation, type GenerationPage } from '@/api/generations'
import { useFailureText } from '@/composables/failures'
import { useLive } from '@/composables/live'
import { continued, grown, opened, type PagedRows } from '@/composables/paged_rows'
import { useToasts } from '@/composables/toasts'

import { inQueueOrder, isOpen } from './generation_view'
import { asked, fromAddress, partsOf, toAddress, type ListQuery } from './query'

/** While something waits or runs it moves; else a look now and then is enough. */
const pace = (busy: boolean) => (busy ? 2_000 : 5_000)
const pageSize = 100
/** All that wait and run, but for a service that is far behind. */
const maxOpen = 500

export interface GenerationList {
  open: Generation[]
  ended: PagedRows<Generation>
  /** How many there are, whatever the filters. */
  counts: GenerationPage['open']
}

/** The list that the page's address asks for: what waits and runs, and what has ended. */
export function useGenerations() {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const query = computed(() => fromAddress(route.query))
  const keyOf = (of: ListQuery) => ['generations', of]
  const known = (of: ListQuery) => queries.getQueryData<GenerationList>(keyOf(of))

  async function look(signal: AbortSignal): Promise<GenerationList> {
    const of = query.value
    const wanted = asked(of, new Date())
    const parts = partsOf(of)
    const nothing: PagedRows<Generation> = { rows: [], older: null }
    // What ends between the two is in both, and not in none.
    const open = parts.open && (await generationsApi.list({ ...wanted, state: parts.open, size: maxOpen }, signal))
    const page = parts.ended && (await generationsApi.list({ ...wanted, state: parts.ended, size: pageSize }, signal))
    const before = known(of)?.ended
    const ended = page ? (before ? grown(before, page) : opened(page)) : nothing
    const over = new Set(ended.rows.map(({ id }) => id))
    return {
      open: inQueueOrder(open ? open.items.filter(({ id }) => !over.has(id)) : []),
      ended,
      counts: ((open || page) as GenerationPage).open,
    }
  }

  const busy = ref(false)
  const live = useLive(
    computed(() => keyOf(query.value)),
    async (signal) => {
      const list = await look(signal)
      busy.value = list.counts.queued + list.counts.in_progress > 0
      return list
    },
    undefined,
    () => pace(busy.value),
  )

  const loadingOlder = ref(false)
  async function loadOlder() {
    const of = query.value
    const cursor = known(of)?.ended.older
    const state = partsOf(of).ended
    if (!cursor || !state || loadingOlder.value) return
    loadingOlder.value = true
    try {
      const page = await generationsApi.list({ ...asked(of, new Date()), state, size: pageSize, cursor })
      queries.setQueryData<GenerationList>(
        keyOf(of),
        (list) => list && (list.ended.older === cursor ? { ...list, ended: continued(list.ended, page) } : list),
      )
    } catch (failure) {
      toasts.failed(failureText(failure))
    } finally {
      loadingOlder.value = false
    }
  }

  return {
    query,
    go: (next: ListQuery) => void router.push({ path: route.path, query: toAddress(next) }),
    live,
    list: live.data,
    loadOlder,
    loadingOlder,
  }
}

/** One generation; once it has ended it hardly changes. */
export function useGeneration(id: () => string) {
  const open = ref(true)
  const live = useLive(
    () => ['generation', id()],
    async (signal) => {
      const found = await generationsApi.show(id(), signal)
      // The log has it a moment after its end.
      open.value = isOpen(found) || found.request === null
      return found
    },
    undefined,
    () => pace(open.value),
  )
  return { live, generation: live.data }
}
