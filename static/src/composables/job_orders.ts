import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { jobsApi, type JobOrder } from '@/api/jobs'

import { useFailureText } from './failures'
import { watchJob } from './job_watch'
import { useNames } from './names'
import { useToasts } from './toasts'

/** Orders work of the scheduler; a toast leads to the job that does it. A dialog tells its failures itself. */
export function useJobOrders({ tellFailure = true } = {}) {
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()
  const name = useNames()
  const { t } = useI18n()
  return useMutation({
    mutationFn: (order: JobOrder) => jobsApi.add(order),
    onSuccess: ({ job }) => {
      watchJob(job.id)
      toasts.done(t('job.ordered', { kind: name('job.kind', job.kind) }), {
        label: t('job.open'),
        to: `/jobs/${job.id}`,
      })
      void queries.invalidateQueries({ queryKey: ['jobs'] })
    },
    onError: (failure) => tellFailure && toasts.failed(failureText(failure)),
  })
}
