import { answer, client, queryOf } from './client'
import type { Schema } from './types'

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
  list: (query: AuditQuery, signal?: AbortSignal) =>
    answer(client.GET('/api/audit', { params: { query: queryOf<'/api/audit'>(query) }, signal })),
}
