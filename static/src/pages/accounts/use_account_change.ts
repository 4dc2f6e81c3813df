import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { useFailureText } from '@/composables/failures'
import { useToasts } from '@/composables/toasts'

export interface AccountChange {
  run: () => Promise<unknown>
  /** The key of what to say when it is done, below `accounts.done`. */
  done: string
  email: string
}

/** Runs changes of accounts, says what is done, and refreshes the list. A form tells its failures itself. */
export function useAccountChange({ tellFailure }: { tellFailure: boolean }) {
  const { t } = useI18n()
  const toasts = useToasts()
  const queries = useQueryClient()
  const failureText = useFailureText()

  return useMutation({
    mutationFn: (change: AccountChange) => change.run(),
    onSuccess: (_, { done, email }) => toasts.done(t(`accounts.done.${done}`, { email })),
    onError: (failure) => tellFailure && toasts.failed(failureText(failure)),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['accounts'] }),
  })
}
