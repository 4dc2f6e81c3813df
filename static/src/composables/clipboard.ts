import { createSharedComposable, useClipboard } from '@vueuse/core'

/**
 * One clipboard for whatever shows many texts to copy: each of its own would ask the browser for its permission.
 * Browsers offer it to secure pages only; the older way works on plain HTTP in a home network.
 */
export const useSharedClipboard = createSharedComposable(() => useClipboard({ legacy: true }))
