import type { Overview } from '@/api/overview'

export interface Figure {
  /** Its name's key. */
  name: string
  value: number
  kind: 'good' | 'warn' | 'bad' | 'plain'
  /** Those whom it counts. */
  to: string
}

/** Who serves requests now, and is waited for. */
const busiest = '/accounts?sort=in_flight&order=desc'

/** The pool in numbers, each with the way to what it counts. `statuses` in the order of the API. */
export function figuresOf({ accounts, points }: Pick<Overview, 'accounts' | 'points'>, statuses: string[]): Figure[] {
  const lasting = ['disabled', 'active']
  const count = (status: string) => accounts.by_status[status] ?? 0
  const kindOf = (status: string): Figure['kind'] => {
    if (count(status) === 0) return status === 'active' ? 'bad' : 'plain'
    if (lasting.includes(status)) return status === 'active' ? 'good' : 'plain'
    return status === 'session_expired' ? 'bad' : 'warn'
  }
  return [
    { name: 'overview.pool.total', value: accounts.total, kind: 'plain', to: '/accounts' },
    ...statuses.map((status) => ({
      name: `status.${status}`,
      value: count(status),
      kind: kindOf(status),
      to: `/accounts?status=${status}`,
    })),
    {
      name: 'overview.pool.atLimit',
      value: accounts.at_limit,
      kind: accounts.at_limit > 0 ? 'warn' : 'plain',
      to: '/accounts?at_limit=true',
    },
    { name: 'overview.pool.points', value: points, kind: 'plain', to: '/accounts?sort=points&order=desc' },
    { name: 'overview.pool.inFlight', value: accounts.in_flight, kind: 'plain', to: busiest },
    {
      name: 'overview.pool.waiting',
      value: accounts.waiting,
      kind: accounts.waiting > 0 ? 'warn' : 'plain',
      to: busiest,
    },
  ]
}
