import type { JobKind, JobOrder } from '@/api/jobs'

/** As many as the service takes at once. */
export const mostRegistrations = 100

export const needsRegisterService = (kind: JobKind) => kind === 'register' || kind === 'session_refresh'

/** What the form asks for; null while its count is none. */
export function orderOf(kind: JobKind, count: string, accounts: 'all' | 'expired'): JobOrder | null {
  if (kind === 'session_refresh') return { kind, accounts }
  if (kind !== 'register') return { kind, accounts: 'all' }
  const number = Number(count.trim())
  return count.trim() !== '' && Number.isInteger(number) && number >= 1 && number <= mostRegistrations ? { kind, count: number } : null
}
