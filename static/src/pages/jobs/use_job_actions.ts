import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { jobsApi } from '@/api/jobs'
import { ApiError } from '@/api/request'
import { useFailureText } from '@/composables/failures'
import { watchJob } from '@/composables/job_watch'
import { useToasts } from '@/composables/toasts'

/** The refusals that have words of their own, below `jobs`. */
const refusals: Record<string, string> = { job_ended: 'panel.ended', nothing_failed: 'panel.nothingFailed' }

/** What can be done about a job that is there. */
export function useJobActions() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const onSettled = () => void queries.invalidateQueries({ queryKey: ['jobs'] })
  function onError(failure: unknown) {
    const refusal = failure instanceof ApiError && refusals[failure.code]
    toasts.failed(refusal ? t(`jobs.${refusal}`) : failureText(failure))
  }

  const cancel = useMutation({
    mutationFn: jobsApi.cancel,
    onSuccess: () => toasts.done(t('jobs.panel.cancelled')),
    onError,
    onSettled,
  })
  const retry = useMutation({
    mutationFn: jobsApi.retry,
    onSuccess: ({ job }) => {
      watchJob(job.id)
      toasts.done(t('jobs.panel.retried'), { label: t('job.open'), to: `/jobs/${job.id}` })
    },
    onError,
    onSettled,
  })
  return { cancel, retry }
}
