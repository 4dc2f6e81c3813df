import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { ApiError } from '@/api/request'
import { scheduleApi, type ScheduledJob } from '@/api/schedule'

import { useFailureText } from './failures'
import { useNames } from './names'
import { useToasts } from './toasts'

/** Has a timed job run now, whether it is its time or not, and says when that will be. */
export function useScheduleRuns() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const name = useNames()
  const failureText = useFailureText()

  return useMutation({
    mutationFn: (job: ScheduledJob['name']) => scheduleApi.run(job),
    onSuccess: ({ scheduler }, job) =>
      toasts.done(t(`schedule.${scheduler.running ? 'asked' : 'askedLater'}`, { name: name('timedJob', job) })),
    onError: (failure) =>
      toasts.failed(
        failure instanceof ApiError && failure.code === 'running' ? t('schedule.runsAlready') : failureText(failure),
      ),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['schedule'] })
      void queries.invalidateQueries({ queryKey: ['overview'] })
    },
  })
}
