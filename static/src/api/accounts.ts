import { answer, client, file, queryOf } from './client'
import type {
  AccountFields,
  AccountFilter,
  AccountQuery,
  BulkImport,
  BulkImportResult,
  ImportReading,
  Schema,
} from './types'

export type AccountsChosen = number[] | AccountFilter

export type AccountOrder =
  /** null: until it is lifted by hand. */
  | { action: 'ban'; duration_hours: number | null }
  | { action: 'unban' | 'enable' | 'disable' | 'delete' }
  | { action: 'region'; region: string }

/** Its `undo` takes a deletion back. */
export type ActionResult = Schema<'AccountsChanged'>

export interface ExportOrder {
  format: 'csv' | 'import'
  accounts: AccountsChosen
  /** Typed again where passwords and session ids are wanted. */
  password?: string
}

/** Filters that are on. */
function given(filter: object): [string, unknown][] {
  return Object.entries(filter).filter(([, value]) => String(value) !== '' && value !== false)
}

/** What the list is asked for; several values of one filter stand side by side. */
export const listQuery = (query: AccountQuery) => Object.fromEntries(given(query))

/** Accounts as a body names them. */
export function chosen(accounts: AccountsChosen): Schema<'AccountChoice'> {
  return Array.isArray(accounts) ? accounts : Object.fromEntries(given(accounts))
}

const list = (query: AccountQuery, signal?: AbortSignal) =>
  answer(client.GET('/api/accounts', { params: { query: queryOf<'/api/accounts'>(listQuery(query)) }, signal }))

// Regions are words of the service, which a form has from there.
export const accountsApi = {
  list,
  add: (fields: AccountFields) => answer(client.POST('/api/accounts', { body: fields as Schema<'NewAccount'> })),
  edit: (id: number, fields: AccountFields) =>
    answer(client.PUT('/api/accounts/{id}', { params: { path: { id } }, body: fields as Schema<'AccountChange'> })),
  act: (order: AccountOrder, accounts: AccountsChosen) =>
    answer(
      client.POST('/api/accounts/actions', {
        body: { ...order, accounts: chosen(accounts) } as Schema<'AccountAction'>,
      }),
    ),
  undelete: (undo: string) => answer(client.POST('/api/accounts/undelete', { body: { undo } })),
  export: (order: ExportOrder) => {
    const body: Schema<'AccountExport'> = { ...order, accounts: chosen(order.accounts) }
    return file(client.POST('/api/accounts/export', { body, parseAs: 'blob' }))
  },
  importLines: (lines: BulkImport) =>
    answer(client.POST('/api/accounts/bulk', { body: lines as Schema<'Import'> })) as Promise<BulkImportResult>,
  /** What an import would make of the lines; nothing is written. */
  readLines: (lines: BulkImport, signal?: AbortSignal) =>
    answer(
      client.POST('/api/accounts/bulk', { body: { ...lines, dry_run: true } as Schema<'Import'>, signal }),
    ) as Promise<ImportReading>,

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
