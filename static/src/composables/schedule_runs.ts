import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { ApiError } from '@/api/request'
import { scheduleApi, type ScheduledJob } from '@/api/schedule'
import { useFailureText } from '@/composables/failures'
import { useNames } from '@/composables/names'
import { useToasts } from '@/composables/toasts'

/** Has a timed job run now, whether it is its time or not. */
export function useScheduleRuns() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const name = useNames()
  const failureText = useFailureText()

  return useMutation({
    mutationFn: (job: ScheduledJob) => scheduleApi.run(job.name),
    onSuccess: ({ scheduler }, job) =>
      toasts.done(t(`jobs.schedule.${scheduler.running ? 'asked' : 'askedLater'}`, { name: name('timedJob', job.name) })),
    onError: (failure) =>
      toasts.failed(failure instanceof ApiError && failure.code === 'running' ? t('jobs.schedule.runsAlready') : failureText(failure)),
    onSettled: () => void queries.invalidateQueries({ queryKey: ['schedule'] }),
  })
}
