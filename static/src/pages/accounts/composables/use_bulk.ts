import { ref } from 'vue'

import { useFailureText } from '@/composables/failures'
import { useToasts } from '@/composables/toasts'

import type { BulkAction, Targets } from '../actions'

/** Actions on the selection, whose accounts may have to be looked up first. */
export function useBulk(targets: () => Promise<Targets>, act: (action: BulkAction, targets: Targets) => void) {
  const looking = ref(false)
  const toasts = useToasts()
  const failureText = useFailureText()

  async function actOnSelection(action: BulkAction) {
    looking.value = true
    try {
      act(action, await targets())
    } catch (failure) {
      toasts.failed(failureText(failure))
    } finally {
      looking.value = false
    }
  }
  return { actOnSelection, looking }
}
