import type { AuditRow } from './audit'
import type { Job } from './jobs'
import { request } from './request'
import type { Account } from './types'

/** What the API tells of one account by itself. */
export interface KnownAccount extends Account {
  /** Its user and password are masked. */
  proxy_url: string | null
  /** In a row, since the last that worked. */
  refresh_failures: number
}

/** Calls by model on one day of the service. */
export interface UsageDay {
  day: string
  usage: Record<string, number>
}

/** One account, and what became of it so far. */
export const accountHistoryApi = {
  show: (id: number, signal?: AbortSignal) => request<KnownAccount>('GET', `/api/accounts/${id}`, undefined, signal),
  usage: (id: number, days: number, signal?: AbortSignal) =>
    request<{ days: UsageDay[] }>('GET', `/api/accounts/${id}/usage?days=${days}`, undefined, signal),
  jobs: (id: number, size: number, signal?: AbortSignal) =>
    request<{ items: Job[] }>('GET', `/api/jobs?account_id=${id}&size=${size}`, undefined, signal),
  changes: (id: number, size: number, signal?: AbortSignal) =>
    request<{ items: AuditRow[] }>('GET', `/api/audit?subject=account&subject_id=${id}&size=${size}`, undefined, signal),
}
