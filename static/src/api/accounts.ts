import type { Schema } from './call'
import { request, requestFile } from './request'
import type { Account, AccountFields, AccountFilter, AccountPage, AccountQuery, BulkImport, BulkImportResult } from './types'

export type AccountsChosen = number[] | AccountFilter

export type AccountOrder =
  /** null: until it is lifted by hand. */
  | { action: 'ban'; duration_hours: number | null }
  | { action: 'unban' | 'enable' | 'disable' | 'delete' }
  | { action: 'region'; region: string }

export interface ActionResult {
  message: string
  changed: number
  unchanged: number
  missing: number
  /** What takes a deletion back. */
  undo?: string
}

export interface ExportOrder {
  format: 'csv' | 'import'
  accounts: AccountsChosen
  /** Typed again for whoever wants passwords and session ids. */
  password?: string
}

/** Filters that are on. */
function given(filter: object): [string, unknown][] {
  return Object.entries(filter).filter(([, value]) => String(value) !== '' && value !== false)
}

/** The query string of the list; several values of one filter stand side by side. */
export function listPath(query: AccountQuery): string {
  return `/api/accounts?${new URLSearchParams(given(query).map(([key, value]) => [key, String(value)]))}`
}

/** Accounts as a body names them. A filter's words come from the page's address, and are for the service to judge. */
export function chosen(accounts: AccountsChosen): number[] | Schema<'AccountFilter'> {
  return Array.isArray(accounts) ? accounts : Object.fromEntries(given(accounts))
}

const list = (query: AccountQuery, signal?: AbortSignal) => request<AccountPage>('GET', listPath(query), undefined, signal)

export const accountsApi = {
  list,
  add: (fields: AccountFields) => request<Account>('POST', '/api/accounts', fields),
  edit: (id: number, fields: AccountFields) => request<Account>('PUT', `/api/accounts/${id}`, fields),
  act: (order: AccountOrder, accounts: AccountsChosen) =>
    request<ActionResult>('POST', '/api/accounts/actions', { ...order, accounts: chosen(accounts) }),
  undelete: (undo: string) => request<{ restored: number; skipped: string[] }>('POST', '/api/accounts/undelete', { undo }),
  export: (order: ExportOrder) => requestFile('/api/accounts/export', { ...order, accounts: chosen(order.accounts) }),
  importLines: (lines: BulkImport) => request<BulkImportResult>('POST', '/api/accounts/bulk', lines),

  /** The ids of all accounts that a filter lets through. */
  async idsOf(filter: AccountFilter): Promise<number[]> {
    const ids = new Set<number>()
    for (let page = 1, total = 1; (page - 1) * 1000 < total; page++) {
      const answer = await list({ ...filter, page, size: 1000, sort: 'id', order: 'asc' })
      for (const { id } of answer.items) ids.add(id)
      total = answer.total
    }
    return [...ids]
  },
}
