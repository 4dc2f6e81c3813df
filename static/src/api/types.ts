import type { Schema, Worded } from './call'

/** What travels between the page and the service. Times are RFC 3339 UTC with `Z`, or null. */

export interface Model {
  id: string
  /** The field of an account that counts this model's calls of the day. */
  column: CountColumn
  /** Calls per account and day; null: as many as there are. */
  limit: number | null
}

export interface Me {
  authenticated: true
  password_is_default: boolean
  version: string
  regions: string[]
  statuses: string[]
  models: Model[]
  /** The words of the audit trail. */
  audit: { who: string[]; actions: string[]; subjects: string[] }
}

export type CountColumn = Extract<keyof Schema<'Account'>, `${string}_count`> & Exclude<keyof Schema<'Account'>, 'error_count'>

export type Account = Worded<Schema<'Account'>>

export interface AccountPage {
  total: number
  page: number
  size: number
  items: Account[]
}

export type Order = 'asc' | 'desc'

/** Which accounts: what the list and the actions on many take. An empty filter is no filter. */
export interface AccountFilter {
  email: string
  region: string[]
  status: string[]
  /** A model's id: those that could serve it now. */
  room: string
  at_limit: boolean
}

/** The parameters of `GET /api/accounts`. */
export interface AccountQuery extends AccountFilter {
  page: number
  size: number
  sort: string
  order: Order
}

/** The body of `POST` and `PUT`; what is absent takes the service's default, or stays as it is. */
export interface AccountFields {
  email?: string
  password?: string
  region?: string
  session_id?: string | null
  proxy_url?: string | null
  points?: number
}

export interface BulkImport {
  credentials: string
  session_ids?: string
  region?: string
  points?: number
}

export interface BulkImportResult {
  message: string
  created_count: number
  skipped: { duplicate_in_input: string[]; duplicate_in_db: string[] }
  total_skipped: number
}

export interface Failure {
  detail: string | { parse_errors?: string[] }
  code: string
}
