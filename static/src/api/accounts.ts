import { request } from './request'
import type { Account, AccountFields, AccountPage, AccountQuery, BulkImport, BulkImportResult } from './types'

/** The query string of the list; filters that are off are left out. */
export function listPath(query: AccountQuery): string {
  const given = Object.entries(query).filter(([, value]) => value !== '')
  return `/api/accounts?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}`
}

export const accountsApi = {
  list: (query: AccountQuery, signal?: AbortSignal) => request<AccountPage>('GET', listPath(query), undefined, signal),
  add: (fields: AccountFields) => request<Account>('POST', '/api/accounts', fields),
  edit: (id: number, fields: AccountFields) => request<Account>('PUT', `/api/accounts/${id}`, fields),
  remove: (id: number) => request('DELETE', `/api/accounts/${id}`),
  /** null: until it is lifted by hand. */
  ban: (id: number, hours: number | null) => request('POST', `/api/accounts/${id}/ban`, { duration_hours: hours }),
  unban: (id: number) => request('POST', `/api/accounts/${id}/unban`),
  enable: (id: number) => request('POST', `/api/accounts/${id}/enable`),
  disable: (id: number) => request('POST', `/api/accounts/${id}/disable`),
  importLines: (lines: BulkImport) => request<BulkImportResult>('POST', '/api/accounts/bulk', lines),
}
