import { ref, shallowRef, watch } from 'vue'

import { accountsApi } from '@/api/accounts'

import { ImportReader, noReading, type Reading, type Source } from './reading'

/** The service is asked once the typing pauses, in ms. */
const pause = 200

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What the service understands of the text, kept up to date as it changes. */
export function usePreview(source: () => Source) {
  const reading = shallowRef<Reading>(noReading())
  const busy = ref(false)
  const progress = ref({ done: 0, total: 0 })
  const failure = shallowRef<Error | null>(null)

  watch(
    source,
    async (now, _, onCleanup) => {
      const stopped = new AbortController()
      onCleanup(() => stopped.abort())
      failure.value = null
      busy.value = true
      const reader = new ImportReader(now)
      progress.value = { done: 0, total: reader.total }
      try {
        if (now.credentials.trim() !== '' || now.session_ids.trim() !== '') {
          await later(pause)
          while (!reader.over && !stopped.signal.aborted) {
            await reader.next((body) => accountsApi.readLines(body, stopped.signal))
            if (!stopped.signal.aborted) progress.value = { done: reader.done, total: reader.total }
          }
        }
        if (!stopped.signal.aborted) reading.value = reader.reading
      } catch (thrown) {
        if (stopped.signal.aborted) return
        reading.value = noReading()
        failure.value = thrown as Error
      }
      if (!stopped.signal.aborted) busy.value = false
    },
    { immediate: true },
  )
  return { reading, busy, progress, failure }
}
