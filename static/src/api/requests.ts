import { request } from './request'

export interface LoggedRequest {
  id: string
  started_at: string
  ended_at: string
  method: string
  path: string
  model: string
  model_asked: string | null
  api_key_id: number | null
  outcome: string
  status: number | null
  client_gone: boolean
  attempt_count: number
  account_id: number | null
  email: string | null
  region: string | null
  verdict: string | null
  bytes_in: number
  bytes_out: number
  duration_ms: number
  upstream_ms: number
  own_ms: number
}

export interface Attempt {
  number: number
  account_id: number
  email: string | null
  region: string | null
  verdict: string
  status: number | null
  reason: string | null
  started_at: string
  duration_ms: number
}

export interface RequestDetails extends LoggedRequest {
  attempts: Attempt[]
  /** How the accounts stood when none could serve it: how many were passed over for which reason, and the first of them. */
  standing: {
    total: number
    counts: Record<string, number>
    accounts: { account_id: number; email: string | null; reason: string }[]
    accounts_left_out: number
  } | null
}

/** An empty filter is no filter. */
export interface RequestQuery {
  outcome: string
  model: string
  region: string
  /** 0: the administrator's password. */
  api_key_id: string
  /** In any attempt. */
  account_id: string
  status: string
  min_attempts: string
  /** Came then or later, and before. */
  from: string
  to: string
}

export interface RequestPage {
  size: number
  next_cursor: string | null
  items: LoggedRequest[]
}

export const outcomes = [
  'success',
  'content_refused',
  'bad_parameters',
  'account_failed',
  'upstream_failed',
  'upstream_unreachable',
  'interrupted',
  'no_account',
  'busy',
  'upstream_down',
  'database_unavailable',
  'client_gone',
  'key_refused',
]

export const requestsApi = {
  list: (query: Partial<RequestQuery> & { size: number; cursor?: string; ended_from?: string }, signal?: AbortSignal) => {
    const given = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)]))
    return request<RequestPage>('GET', `/api/requests?${text}`, undefined, signal)
  },
  show: (id: string, signal?: AbortSignal) => request<RequestDetails>('GET', `/api/requests/${id}`, undefined, signal),
}
