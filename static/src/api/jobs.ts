import { request } from './request'
import type { AccountFilter } from './types'

export const jobKinds = ['register', 'session_refresh', 'points_update', 'session_check', 'daily_credits'] as const
export type JobKind = (typeof jobKinds)[number]

export const jobStates = ['queued', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

export interface Job {
  id: number
  kind: JobKind
  state: JobState
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
  page: number
  size: number
  items: JobItem[]
}

export type JobOrder =
  | { kind: 'register'; count: number }
  | { kind: Exclude<JobKind, 'register'>; accounts: number[] | 'all' | 'expired' | Partial<AccountFilter> }

export interface JobFilter {
  state: string
  kind: string
  page: number
  size: number
}

/** Which of a job's accounts are told of. */
export interface JobItemFilter {
  state: string
  page: number
  size: number
}

export const jobsApi = {
  list: ({ state, kind, page, size }: JobFilter, signal?: AbortSignal) =>
    request<JobPage>('GET', `/api/jobs?page=${page}&size=${size}&state=${state}&kind=${kind}`, undefined, signal),
  show: (id: number, { state, page, size }: JobItemFilter, signal?: AbortSignal) =>
    request<JobDetails>('GET', `/api/jobs/${id}?page=${page}&size=${size}&item_state=${state}`, undefined, signal),
  add: (order: JobOrder) => request<{ job: Job }>('POST', '/api/jobs', order),
  cancel: (id: number) => request<{ job: Job }>('POST', `/api/jobs/${id}/cancel`),
  retry: (id: number) => request<{ job: Job }>('POST', `/api/jobs/${id}/retry`),
}
