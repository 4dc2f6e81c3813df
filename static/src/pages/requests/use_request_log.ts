import { useQueryClient } from '@tanstack/vue-query'
import { computed, ref, watch, type Ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { requestsApi } from '@/api/requests'
import { useFailureText } from '@/composables/failures'
import { useLive } from '@/composables/live'
import { useToasts } from '@/composables/toasts'

import { continued, grown, maxRequestDuration, opened, overlap, released, type Log } from './log'
import { asked, fromAddress, toAddress, type LogQuery } from './query'

const lookEvery = 2_000
const pageSize = 100
const maxNews = 1000

/** The log that the page's address asks for, as it grows; `reading`: what is new waits until it is asked for. */
export function useRequestLog(reading: Ref<boolean>) {
  const route = useRoute()
  const router = useRouter()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const query = computed(() => fromAddress(route.query))
  const keyOf = (of: LogQuery) => ['requests', of]
  const known = (of: LogQuery) => queries.getQueryData<Log>(keyOf(of))
  const change = (of: LogQuery, how: (log: Log) => Log) =>
    queries.setQueryData<Log>(keyOf(of), (log) => log && how(log))

  async function look(signal: AbortSignal): Promise<Log> {
    const of = query.value
    const now = new Date()
    const wanted = asked(of, now)
    const before = known(of)
    if (!before?.seenUntil) return opened(await requestsApi.list({ ...wanted, size: pageSize }, signal))
    const since = Date.parse(before.seenUntil) - overlap
    const from = Math.max(since - maxRequestDuration, wanted.from ? Date.parse(wanted.from) : 0)
    const news = await requestsApi.list(
      { ...wanted, from: new Date(from).toISOString(), ended_from: new Date(since).toISOString(), size: maxNews },
      signal,
    )
    const log = known(of)!
    // More came than can be put in without a gap: a new list begins with them, once the old one is not being read.
    if (news.items.length === maxNews)
      return reading.value ? { ...log, held: news.items } : opened({ ...news, next_cursor: news.items.at(-1)!.id })
    return grown(log, news.items, reading.value)
  }

  const live = useLive(
    computed(() => keyOf(query.value)),
    look,
    undefined,
    lookEvery,
  )
  const log = live.data

  const loadingOlder = ref(false)
  async function loadOlder() {
    const of = query.value
    const cursor = known(of)?.older
    if (!cursor || loadingOlder.value) return
    loadingOlder.value = true
    try {
      const page = await requestsApi.list({ ...asked(of, new Date()), size: pageSize, cursor })
      change(of, (log) => (log.older === cursor ? continued(log, page) : log))
    } catch (failure) {
      toasts.failed(failureText(failure))
    } finally {
      loadingOlder.value = false
    }
  }

  const release = () => change(query.value, released)
  watch(reading, (now) => now || release())

  return {
    query,
    go: (next: LogQuery) => void router.push({ path: route.path, query: toAddress(next) }),
    live,
    log,
    loadOlder,
    loadingOlder,
    release,
    fresh: computed(() => log.value?.held.length ?? 0),
  }
}
