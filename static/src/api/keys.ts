import { answer, client, queryOf } from './client'
import type { Schema } from './types'

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
  list: (query: KeyQuery, signal?: AbortSignal) =>
    answer(client.GET('/api/keys', { params: { query: queryOf<'/api/keys'>(query) }, signal })),
  show: (id: number, signal?: AbortSignal) =>
    answer(client.GET('/api/keys/{id}', { params: { path: { id } }, signal })),
  add: (terms: KeyTerms) => answer(client.POST('/api/keys', { body: terms })),
  change: (id: number, terms: Partial<KeyTerms>) =>
    answer(client.PUT('/api/keys/{id}', { params: { path: { id } }, body: terms })),
  revoke: (id: number) => answer(client.POST('/api/keys/{id}/revoke', { params: { path: { id } } })),
  remove: (id: number) => answer(client.DELETE('/api/keys/{id}', { params: { path: { id } } })),
}
