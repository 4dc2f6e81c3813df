import { call, type Schema } from './call'

export type AuditRow = Schema<'AuditRow'>

/** Fields of what was changed, by name; a secret is a mark. */
export type Fields = NonNullable<AuditRow['old']>

export interface AuditQuery {
  action: string
  subject: string
  who: string
  address: string
  name: string
  from: string
  to: string
  cursor: string
}

export const auditApi = {
  list: (query: AuditQuery, signal?: AbortSignal) => call('GET', '/api/audit', { query: { ...query } }, signal),
}
