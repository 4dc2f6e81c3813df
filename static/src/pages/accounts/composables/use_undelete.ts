import { useMutation } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { accountsApi } from '@/api/accounts'
import { ApiError } from '@/api/request'
import { useFailureText } from '@/composables/failures'
import { useNumbers } from '@/composables/numbers'
import { useToasts } from '@/composables/toasts'

import { useRefresh } from './use_refresh'

/** Takes a deletion back, as long as the service keeps what was deleted. */
export function useUndelete() {
  const { t } = useI18n()
  const { number } = useNumbers()
  const toasts = useToasts()
  const failureText = useFailureText()
  const refresh = useRefresh()

  return useMutation({
    mutationFn: (undo: string) => accountsApi.undelete(undo),
    onSuccess: ({ restored, skipped }) => {
      const done = t('accounts.undone', { count: number(restored) }, restored)
      toasts.done(
        skipped.length > 0
          ? `${done} · ${t('accounts.undoSkipped', { emails: skipped.slice(0, 5).join(', ') })}`
          : done,
      )
    },
    onError: (failure) => {
      const gone = failure instanceof ApiError && failure.code === 'undo_gone'
      toasts.failed(gone ? t('accounts.undoGone') : failureText(failure))
    },
    onSettled: refresh,
  })
}
