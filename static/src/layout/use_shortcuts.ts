import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import { useRouter } from 'vue-router'

import { createReader, keyOf } from './shortcuts'

/** The keys that work everywhere. A page's search field has the attribute `data-search`. */
export function useShortcuts() {
  const router = useRouter()
  const read = createReader()
  const listOpen = ref(false)

  useEventListener(document, 'keydown', (event: KeyboardEvent) => {
    const wish = read(keyOf(event))
    if (!wish || event.defaultPrevented) return
    event.preventDefault()
    if (wish === 'list') listOpen.value = true
    else if (wish === 'search') document.querySelector<HTMLInputElement>('[data-search]')?.focus()
    else void router.push(wish.go)
  })
  return { listOpen }
}
