import { useQuery } from '@tanstack/vue-query'
import { useSessionStorage } from '@vueuse/core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { jobsApi, type Job } from '@/api/jobs'
import { ApiError } from '@/api/request'

import { useNames } from './names'
import { useToasts } from './toasts'

/** The jobs that were ordered in this tab and have not ended, as far as it knows. */
const watched = useSessionStorage<number[]>('dreamina.jobs', [])

/** More of them at once are not watched: their list tells. */
const maxWatched = 20

/** From now on their end is told, wherever in the page one is then. */
export function watchJob(id: number) {
  watched.value = [...new Set([...watched.value, id])].slice(-maxWatched)
}

/** Which words tell of a job's end; null: it needs none, since it has been cancelled here or elsewhere. */
export function endOf({ state, failed }: Pick<Job, 'state' | 'failed'>): 'done' | 'partly' | 'failed' | null {
  if (state === 'failed') return 'failed'
  if (state !== 'done') return null
  return failed > 0 ? 'partly' : 'done'
}

/** Tells of the end of each job that was ordered in this tab, with a way to it. Mounted once, by the layout. */
export function useJobWatch() {
  const { t } = useI18n()
  const name = useNames()
  const toasts = useToasts()

  function tell(job: Job) {
    const end = endOf(job)
    if (!end) return
    const text = t(`job.ended.${end}`, { kind: name('job.kind', job.kind), failed: job.failed, total: job.total })
    toasts[end === 'done' ? 'done' : 'failed'](text, { label: t('job.open'), to: `/jobs/${job.id}` })
  }

  async function look(id: number, signal: AbortSignal): Promise<boolean> {
    try {
      const job = await jobsApi.show(id, { state: '', page: 1, size: 1 }, signal)
      if (job.ended_at === null) return true
      tell(job)
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 404) throw failure
    }
    watched.value = watched.value.filter((each) => each !== id)
    return false
  }

  useQuery({
    queryKey: computed(() => ['watched jobs', watched.value]),
    queryFn: ({ signal }) => Promise.all(watched.value.map((id) => look(id, signal))),
    enabled: computed(() => watched.value.length > 0),
    refetchInterval: 2_000,
  })
}
