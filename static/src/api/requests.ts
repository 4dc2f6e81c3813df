import { answer, client, queryOf } from './client'
import type { Schema } from './types'

export type LoggedRequest = Schema<'LoggedRequest'>
export type Attempt = Schema<'Attempt'>

/** Its `eligibility`: how the accounts stood when none could serve it, and the first of them. */
export type RequestDetails = Schema<'RequestDetails'>

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

export type RequestPage = Schema<'RequestList'>

export const outcomes: string[] = [
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
  'outcome_unknown',
] satisfies Schema<'RequestOutcome'>[]

export const requestsApi = {
  list: (query: Partial<RequestQuery> & { size: number; cursor?: string; ended_from?: string }, signal?: AbortSignal) =>
    answer(client.GET('/api/requests', { params: { query: queryOf<'/api/requests'>(query) }, signal })),
  show: (id: string, signal?: AbortSignal) =>
    answer(client.GET('/api/requests/{id}', { params: { path: { id } }, signal })),
}
