import { request } from './request'

/** Fields of what was changed, by name; a secret is a mark. */
export type Fields = Record<string, unknown>

export interface AuditRow {
  id: number
  at: string
  who: string
  session: string | null
  address: string | null
  action: string
  subject: string
  subject_id: string | null
  name: string | null
  old: Fields | null
  new: Fields | null
  /** How often it happened, up to `last_at`, where many are one row. */
  count: number
  last_at: string | null
}

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
    request<{ items: AuditRow[]; next_cursor: string | null }>(
      'GET',
      `/api/audit?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''))}`,
      undefined,
      signal,
    ),
}
