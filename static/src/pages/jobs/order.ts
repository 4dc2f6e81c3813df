import type { JobKind, JobOrder } from '@/api/jobs'
import { registrationCount } from '@/composables/registrations'

export const needsRegisterService = (kind: JobKind) => kind === 'register' || kind === 'session_refresh'

/** What the form asks for; null while its count is none. */
export function orderOf(kind: JobKind, count: string, accounts: 'all' | 'expired'): JobOrder | null {
  if (kind === 'session_refresh') return { kind, accounts }
  if (kind !== 'register') return { kind, accounts: 'all' }
  const number = registrationCount(count)
  return number === null ? null : { kind, count: number }
}
