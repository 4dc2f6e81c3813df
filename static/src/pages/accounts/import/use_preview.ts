import { ref, shallowRef, watch } from 'vue'

import { ImportReader, readImport, type Reading } from './reading'

/** So long it reads before the page may draw, in ms: less than a frame of the screen. */
const turn = 12
/** A text this long is read once the typing pauses. */
const longText = 200_000
const pause = 200

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** What is understood of the text, kept up to date as it changes without holding up the page. */
export function usePreview(source: () => { credentials: string; session_ids: string }, regions: () => string[]) {
  const reading = shallowRef<Reading>(readImport('', '', []))
  const busy = ref(false)

  watch(
    source,
    async ({ credentials, session_ids }, _, onCleanup) => {
      let outdated = false
      onCleanup(() => (outdated = true))
      busy.value = true
      if (credentials.length + session_ids.length > longText) await later(pause)
      if (outdated) return
      const reader = new ImportReader(credentials, session_ids, regions())
      for (let began = performance.now(); !reader.step(100);) {
        if (performance.now() - began < turn) continue
        await later(0)
        if (outdated) return
        began = performance.now()
      }
      reading.value = reader.reading
      busy.value = false
    },
    { immediate: true },
  )
  return { reading, busy }
}
