import { ref } from 'vue'

/** What can be done about a piece of news: go somewhere, or take it back. */
export type ToastAction = { label: string } & ({ to: string } | { run: () => void })

export interface Toast {
  id: number
  kind: 'done' | 'failed'
  text: string
  action?: ToastAction
  /** How long it stays, in ms. */
  duration: number
}

/** A failure is read more slowly than “saved”; something to act on is reached for. */
const shownFor = { done: 4_000, failed: 10_000, action: 10_000 }

const toasts = ref<Toast[]>([])
let lastId = 0

/** Short news of what the user did; shown by ToastHost. */
export function useToasts() {
  function show(kind: Toast['kind'], text: string, action?: ToastAction) {
    toasts.value.push({ id: ++lastId, kind, text, action, duration: shownFor[action ? 'action' : kind] })
    return lastId
  }
  return {
    toasts,
    done: (text: string, action?: ToastAction) => show('done', text, action),
    failed: (text: string, action?: ToastAction) => show('failed', text, action),
    dismiss: (id: number) => (toasts.value = toasts.value.filter((toast) => toast.id !== id)),
  }
}
