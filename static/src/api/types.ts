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

export type CountColumn =
  | 'jimeng_4_0_count'
  | 'jimeng_4_1_count'
  | 'nanobanana_count'
  | 'nanobananapro_count'
  | 'video_3_0_count'

export interface Account extends Record<CountColumn, number> {
  id: number
  email: string
  region: string
  session_id: string | null
  /** Its user and password are masked. */
  proxy_url: string | null
  points: number
  session_id_updated_at: string | null
  created_at: string
  updated_at: string
  last_used_at: string | null
  error_count: number
  is_banned: boolean
  ban_until: string | null
  status: string
  status_reason: string | null
  /** A word for why it is banned or its session expired, as far as the service knows. */
  status_cause: string | null
  /** What somebody else said of it, in their own language. */
  status_note: string | null
  /** Calls of the day by model id, limited or not. */
  usage: Record<string, number>
  /** Requests that this account is serving right now. */
  in_flight: number
}

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
