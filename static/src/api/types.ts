/** What travels between the page and the service, as the page's files call it. */

import type { components } from './schema'

/** What travels between the page and the service, by its name in the API's description. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The same with any text for each word: the words of a form come from the service at run time, which judges them. */
export type Worded<T> = T extends string ? string : T extends object ? { [Name in keyof T]: Worded<T[Name]> } : T

/** A model that accounts have a column for. */
export type Model = Schema<'LimitedModel'>

export type Me = Omit<Worded<Schema<'Me'>>, 'models'> & { models: Model[] }

export type Account = Worded<Schema<'Account'>>
export type AccountPage = Omit<Schema<'AccountPage'>, 'items'> & { items: Account[] }

export type Order = 'asc' | 'desc'

/** Which accounts: what the list and the actions on many take. An empty filter is no filter. */
export interface AccountFilter {
  email: string
  region: string[]
  status: string[]
  /** A model's id: those that could serve it now. */
  available_for: string
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
export type AccountFields = Partial<
  Pick<Worded<Schema<'NewAccount'>>, 'email' | 'password' | 'session_id' | 'proxy_url'>
> & {
  region?: string
  points?: number
}

export type BulkImport = Pick<Schema<'Import'>, 'credentials'> & {
  session_ids?: string
  region?: string
  points?: number
  skip_faulty?: boolean
  form?: ImportForm
}
export type BulkImportResult = Schema<'ImportResult'>
export type ImportForm = Schema<'ImportForm'>
export type ImportFault = Schema<'ImportFault'>
export type ImportReading = Schema<'ImportReading'>

export type Failure = Schema<'Failure'> | Schema<'ImportFailure'>
