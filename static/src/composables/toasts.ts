import { ref } from 'vue'

export interface Toast {
  id: number
  kind: 'done' | 'failed'
  text: string
}

const toasts = ref<Toast[]>([])
let lastId = 0

/** Short news of what the user did; shown by ToastHost. */
export function useToasts() {
  function show(kind: Toast['kind'], text: string) {
    toasts.value.push({ id: ++lastId, kind, text })
  }
  return {
    toasts,
    done: (text: string) => show('done', text),
    failed: (text: string) => show('failed', text),
    dismiss: (id: number) => (toasts.value = toasts.value.filter((toast) => toast.id !== id)),
  }
}
