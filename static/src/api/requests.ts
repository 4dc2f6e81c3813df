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
  standing: { total: number; counts: Record<string, number> } | null
}

export interface RequestQuery {
  outcome: string
  model: string
  region: string
  api_key_id: string
  account_id: string
  from: string
  to: string
}

export const requestsApi = {
  list: (query: RequestQuery & { size: number; cursor?: string }, signal?: AbortSignal) => {
    const given = Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)
    const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)]))
    return request<{ size: number; next_cursor: string | null; items: LoggedRequest[] }>('GET', `/api/requests?${text}`, undefined, signal)
  },
  show: (id: string, signal?: AbortSignal) => request<RequestDetails>('GET', `/api/requests/${id}`, undefined, signal),
}
