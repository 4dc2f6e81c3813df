import { useEventListener } from '@vueuse/core'
import { ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

import type { Form } from './use_form'

/** Asks before unsaved changes are lost, by a dialog of ours in the page and by the browser's when its window goes. */
export function useLeaving(form: Form) {
  /** While the dialog is open: what its answer is given to. */
  const answer = ref<((leave: boolean) => void) | null>(null)

  onBeforeRouteLeave(async () => {
    const leave = form.changed.value.length === 0 || (await new Promise<boolean>((resolve) => (answer.value = resolve)))
    answer.value = null
    return leave
  })

  useEventListener(window, 'beforeunload', (event) => {
    if (form.changed.value.length > 0) event.preventDefault()
  })
  return { answer }
}
