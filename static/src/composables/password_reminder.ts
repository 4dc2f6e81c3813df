import { createSharedComposable, useSessionStorage } from '@vueuse/core'
import { ref } from 'vue'

/** Whether the default password's change is being asked for. Put off, it is not asked for again in this tab. */
export const usePasswordReminder = createSharedComposable(() => ({
  putOff: useSessionStorage('dreamina.passwordPutOff', false),
  wanted: ref(false),
}))
