import { createSharedComposable, useNow } from '@vueuse/core'

/** One ticking clock for all countdowns of the page, stopped while nothing shows one. */
export const useSecondsClock = createSharedComposable(() => useNow({ interval: 1000 }))

/** For “5 minutes ago”: those need not move every second. */
export const useMinutesClock = createSharedComposable(() => useNow({ interval: 20_000 }))
