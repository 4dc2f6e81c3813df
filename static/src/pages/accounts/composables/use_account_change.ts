import { useMutation } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { useToasts } from '@/composables/toasts'

import { useRefresh } from './use_refresh'

export interface AccountChange {
  run: () => Promise<unknown>
  /** The key of what to say when it is done, below `accounts.done`. */
  done: 'add' | 'edit'
  email: string
}

/** Runs what a form changes and says that it is done; the form tells its failures itself. */
export function useAccountChange() {
  const { t } = useI18n()
  const toasts = useToasts()
  const refresh = useRefresh()

  return useMutation({
    mutationFn: (change: AccountChange) => change.run(),
    onSuccess: (_, { done, email }) => toasts.done(t(`accounts.done.${done}`, { email })),
    onSettled: refresh,
  })
}
