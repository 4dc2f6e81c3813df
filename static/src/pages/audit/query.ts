import type { AuditQuery } from '@/api/audit'

export const noFilter: AuditQuery = {
  action: '',
  subject: '',
  who: '',
  address: '',
  name: '',
  from: '',
  to: '',
  cursor: '',
}

export const queryKeys = Object.keys(noFilter) as (keyof AuditQuery)[]

/** A page further back is of the same choice; another choice starts at its newest row. */
export function isFiltered(query: AuditQuery): boolean {
  return queryKeys.some((key) => key !== 'cursor' && query[key] !== '')
}
