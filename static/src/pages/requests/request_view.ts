import type { Attempt, LoggedRequest } from '@/api/requests'

type Mark = 'good' | 'warn' | 'bad'

/** What is the client's to mend, or its own doing. */
const clients = new Set(['content_refused', 'bad_parameters', 'client_gone', 'key_refused'])

/** The colour of an outcome, or of an attempt's verdict. */
export function markOfOutcome(word: string): Mark {
  if (word === 'success') return 'good'
  return clients.has(word) || word === 'outcome_unknown' ? 'warn' : 'bad'
}

/** Where an attempt lies within its request, as parts of the whole from 0 to 1. */
export function spanOf(
  attempt: Pick<Attempt, 'started_at' | 'duration_ms'>,
  request: Pick<LoggedRequest, 'started_at' | 'duration_ms'>,
) {
  const whole = Math.max(1, request.duration_ms)
  const within = (value: number) => Math.min(1, Math.max(0, value))
  const start = within((Date.parse(attempt.started_at) - Date.parse(request.started_at)) / whole)
  return { start, length: Math.min(1 - start, Math.max(0.005, attempt.duration_ms / whole)) }
}

/** The reasons that kept accounts away, the most frequent first. */
export function reasonsOf(counts: Record<string, number>): [string, number][] {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
}
