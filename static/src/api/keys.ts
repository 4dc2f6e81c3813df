import { request } from './request'

export interface ApiKey {
  id: number
  name: string
  /** The part of the key that may be shown. */
  prefix: string
  state: 'active' | 'expired' | 'revoked'
  /** Ids of the catalogue; none: all there are. */
  models: string[]
  calls_per_day: number | null
  calls_per_minute: number | null
  concurrency: number | null
  created_at: string
  expires_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  use: { today: number; this_minute: number; total: number; in_flight: number }
}

/** A new key, with what is shown this once. */
export type NewKey = ApiKey & { key: string }

export type KeyTerms = Pick<ApiKey, 'name' | 'models' | 'calls_per_day' | 'calls_per_minute' | 'concurrency' | 'expires_at'>

export interface KeyQuery {
  name: string
  state: string
  size: number
}

export const keyStates: ApiKey['state'][] = ['active', 'expired', 'revoked']

export const keysApi = {
  list: ({ name, state, size }: KeyQuery, signal?: AbortSignal) => {
    const query = new URLSearchParams({ name, state, size: String(size) })
    return request<{ total: number; items: ApiKey[] }>('GET', `/api/keys?${query}`, undefined, signal)
  },
  show: (id: number, signal?: AbortSignal) => request<ApiKey>('GET', `/api/keys/${id}`, undefined, signal),
  add: (terms: KeyTerms) => request<NewKey>('POST', '/api/keys', terms),
  change: (id: number, terms: Partial<KeyTerms>) => request<ApiKey>('PUT', `/api/keys/${id}`, terms),
  revoke: (id: number) => request<ApiKey>('POST', `/api/keys/${id}/revoke`),
  remove: (id: number) => request('DELETE', `/api/keys/${id}`),
}
