import { answer, client } from './client'
import type { Schema } from './types'

/** What the API tells of one account by itself. */
export type KnownAccount = Schema<'Account'>

/** Calls by model on one day of the service. */
export type UsageDay = Schema<'AccountUsage'>['days'][number]

/** One account, and what became of it so far. */
export const accountHistoryApi = {
  show: (id: number, signal?: AbortSignal) =>
    answer(client.GET('/api/accounts/{id}', { params: { path: { id } }, signal })),
  usage: (id: number, days: number, signal?: AbortSignal) =>
    answer(client.GET('/api/accounts/{id}/usage', { params: { path: { id }, query: { days } }, signal })),
  jobs: (id: number, size: number, signal?: AbortSignal) =>
    answer(client.GET('/api/jobs', { params: { query: { account_id: id, size } }, signal })),
  changes: (id: number, size: number, signal?: AbortSignal) =>
    answer(
      client.GET('/api/audit', { params: { query: { subject: 'account', subject_id: String(id), size } }, signal }),
    ),
}
