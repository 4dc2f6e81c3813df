import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { scheduleApi } from '@/api/schedule'
import { useFailureText } from '@/composables/failures'
import { useNames } from '@/composables/names'
import { useToasts } from '@/composables/toasts'

/** Has a timed job run now, and says when that will be. */
export function useScheduleRun() {
  const { t } = useI18n()
  const name = useNames()
  const toasts = useToasts()
  const failureText = useFailureText()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (job: string) => scheduleApi.run(job),
    onSuccess: ({ scheduler }, job) =>
      toasts.done(t(`overview.schedule.${scheduler.running ? 'willRun' : 'waits'}`, { name: name('timedJob', job) })),
    onError: (failure) => toasts.failed(failureText(failure)),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['overview'] }),
  })
}
