import type { Generation } from '@/api/generations'
import { markOfOutcome } from '@/pages/requests/request_view'

export type Mark = 'good' | 'warn' | 'bad' | 'plain' | 'busy'

export const isOpen = (generation: Pick<Generation, 'ended_at'>) => generation.ended_at === null

/** The colour of a state; whose fault a failure is tells its own. */
export function markOf({ state, error_code }: Pick<Generation, 'state' | 'error_code'>): Mark {
  if (state === 'completed') return 'good'
  if (state === 'in_progress') return 'busy'
  return state === 'failed' ? markOfOutcome(error_code ?? 'failed') : 'plain'
}

/** How long it waits, or takes since it was sent; what has ended no longer changes. */
export function elapsedMs(
  { created_at, sent_at, ended_at }: Pick<Generation, 'created_at' | 'sent_at' | 'ended_at'>,
  now: Date,
): number {
  const end = ended_at ? Date.parse(ended_at) : now.getTime()
  return Math.max(0, end - Date.parse(sent_at ?? created_at))
}

export interface Step {
  name: 'created' | 'sent' | 'detached' | 'ended'
  at: string
  /** Since the step before, in ms; null for the first. */
  after: number | null
}

/** What has happened to it, in order. */
export function timelineOf(
  generation: Pick<Generation, 'created_at' | 'sent_at' | 'detached_at' | 'ended_at'>,
): Step[] {
  const moments: [Step['name'], string | null][] = [
    ['created', generation.created_at],
    ['sent', generation.sent_at],
    ['detached', generation.detached_at],
    ['ended', generation.ended_at],
  ]
  const steps: Step[] = []
  for (const [name, at] of moments) {
    if (at === null) continue
    const before = steps.at(-1)
    steps.push({ name, at, after: before ? Math.max(0, Date.parse(at) - Date.parse(before.at)) : null })
  }
  return steps
}

/** What runs, and then what waits, each as it came: the next one to be sent is the first that waits. */
export function inQueueOrder<T extends Pick<Generation, 'id' | 'state'>>(open: T[]): T[] {
  const rank = ({ state }: Pick<Generation, 'state'>) => (state === 'in_progress' ? 0 : 1)
  return [...open].sort((a, b) => rank(a) - rank(b) || (a.id < b.id ? -1 : 1))
}
