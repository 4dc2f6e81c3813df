import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'

import { ApiError } from '@/api/request'
import { scheduleApi, type ScheduledJob } from '@/api/schedule'

import { useFailureText } from './failures'
import { useNames } from './names'
import { useToasts } from './toasts'

export type TimedJob = ScheduledJob['name']

/** Those whose work cannot be taken back: they run out of turn only after a confirmation. */
export const irreversible = ['reset_counts', 'prune'] as const satisfies TimedJob[]
export type Irreversible = (typeof irreversible)[number]

const isIrreversible = (job: TimedJob): job is Irreversible => (irreversible as TimedJob[]).includes(job)

/** Has a timed job run now, whether it is its time or not, and says when that will be. */
export function useScheduleRuns() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const name = useNames()
  const failureText = useFailureText()

  const unconfirmed = ref<Irreversible | null>(null)
  const { mutate, isPending, variables } = useMutation({
    mutationFn: (job: TimedJob) => scheduleApi.run(job),
    onSuccess: ({ scheduler }, job) =>
      toasts.done(t(`schedule.${scheduler.running ? 'asked' : 'askedLater'}`, { name: name('timedJob', job) })),
    onError: (failure) =>
      toasts.failed(
        failure instanceof ApiError && failure.code === 'running' ? t('schedule.runsAlready') : failureText(failure),
      ),
    onSettled: () => {
      unconfirmed.value = null
      void queries.invalidateQueries({ queryKey: ['schedule'] })
      void queries.invalidateQueries({ queryKey: ['overview'] })
    },
  })

  function run(job: TimedJob) {
    if (isIrreversible(job)) unconfirmed.value = job
    else mutate(job)
  }
  return {
    run,
    isPending,
    variables,
    /** It waits for a RunConfirmation. */
    unconfirmed,
    confirm: () => unconfirmed.value && mutate(unconfirmed.value),
  }
}
