import { request } from './request'

export type JobKind = 'register' | 'session_refresh' | 'points_update' | 'session_check' | 'daily_credits'

export interface Job {
  id: number
  kind: JobKind
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled'
  account_id: number | null
  scope: string | null
  count: number
  total: number
  done: number
  failed: number
  note: string | null
  error: string | null
  requested_by: string
  retry_of: number | null
  created_at: string
  started_at: string | null
  updated_at: string
  ended_at: string | null
}

export interface JobItem {
  account_id: number | null
  email: string | null
  state: 'pending' | 'running' | 'done' | 'failed' | 'skipped'
  result: string | null
  error: string | null
  updated_at: string
}

export interface JobPage {
  total: number
  page: number
  size: number
  items: Job[]
}

export interface JobDetails extends Job {
  items_total: number
  items: JobItem[]
}

export type JobOrder =
  | { kind: 'register'; count: number }
  | { kind: Exclude<JobKind, 'register'>; accounts: number[] | 'all' | 'expired' }

export const jobsApi = {
  list: (filter: { state: string; kind: string; size: number }, signal?: AbortSignal) =>
    request<JobPage>('GET', `/api/jobs?size=${filter.size}&state=${filter.state}&kind=${filter.kind}`, undefined, signal),
  show: (id: number, signal?: AbortSignal) => request<JobDetails>('GET', `/api/jobs/${id}?size=1000`, undefined, signal),
  add: (order: JobOrder) => request<{ job: Job }>('POST', '/api/jobs', order),
  cancel: (id: number) => request<{ job: Job }>('POST', `/api/jobs/${id}/cancel`),
  retry: (id: number) => request<{ job: Job }>('POST', `/api/jobs/${id}/retry`),
}
