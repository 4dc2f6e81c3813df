import { createGlobalState, useColorMode } from '@vueuse/core'
import { computed } from 'vue'

export const themes = ['light', 'dark', 'system'] as const
export type Theme = (typeof themes)[number]

/** Light, dark, or as the system has it (also when that changes); remembered in this browser. */
export const useTheme = createGlobalState(() => {
  const { store } = useColorMode({
    storageKey: 'dreamina.theme',
    // Swagger UI has a class of its own for it.
    modes: { dark: 'dark dark-mode' },
    // Switching transitions off would insert a <style>, which the Content-Security-Policy forbids.
    disableTransition: false,
  })
  return computed<Theme>({
    get: () => (store.value === 'auto' ? 'system' : store.value),
    set: (theme) => (store.value = theme === 'system' ? 'auto' : theme),
  })
})
