import { call, type Schema } from './call'

export type ApiKey = Schema<'ApiKey'>

/** A new key, with what is shown this once. */
export type NewKey = Schema<'CreatedApiKey'>

export type KeyTerms = Required<Schema<'NewApiKey'>>

export interface KeyQuery {
  name: string
  state: string
  size: number
}

export const keyStates: ApiKey['state'][] = ['active', 'expired', 'revoked']

export const keysApi = {
  list: (query: KeyQuery, signal?: AbortSignal) => call('GET', '/api/keys', { query: { ...query } }, signal),
  show: (id: number, signal?: AbortSignal) => call('GET', '/api/keys/{id}', { path: { id } }, signal),
  add: (terms: KeyTerms) => call('POST', '/api/keys', { body: terms }),
  change: (id: number, terms: Partial<KeyTerms>) => call('PUT', '/api/keys/{id}', { path: { id }, body: terms }),
  revoke: (id: number) => call('POST', '/api/keys/{id}/revoke', { path: { id } }),
  remove: (id: number) => call('DELETE', '/api/keys/{id}', { path: { id } }),
}
