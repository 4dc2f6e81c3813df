import type { Job, JobItem } from '@/api/jobs'

export type Mark = 'good' | 'warn' | 'bad' | 'plain' | 'busy'

/** The colour of a state; done with failures is something to look at. */
export function markOf({ state, failed = 0 }: { state: Job['state'] | JobItem['state']; failed?: number }): Mark {
  if (state === 'done') return failed > 0 ? 'warn' : 'good'
  if (state === 'failed') return 'bad'
  return state === 'running' ? 'busy' : 'plain'
}

/** Whom a job is for: a text below `jobs.scope`, and how many. */
export function scopeOf(job: Pick<Job, 'scope' | 'kind' | 'account_id' | 'count' | 'total'>): {
  key: string
  count: number
} {
  if (job.scope) return { key: job.scope, count: job.total }
  if (job.kind === 'register') return { key: 'registrations', count: job.count }
  return { key: job.account_id === null ? 'accounts' : 'account', count: job.total }
}

/** How long it took, or has taken so far; null before it began. */
export function tookMs(job: Pick<Job, 'started_at' | 'ended_at'>, now: Date): number | null {
  if (!job.started_at) return null
  const end = job.ended_at ? Date.parse(job.ended_at) : now.getTime()
  return Math.max(0, end - Date.parse(job.started_at))
}

export const isOpen = (job: Pick<Job, 'ended_at'>) => job.ended_at === null

/** Whether the service has something of it to try again. */
export function canRetry(job: Pick<Job, 'ended_at' | 'failed' | 'state' | 'kind'>): boolean {
  if (isOpen(job) || (job.kind === 'register' && job.state === 'cancelled')) return false
  return job.failed > 0 || job.state === 'failed'
}
