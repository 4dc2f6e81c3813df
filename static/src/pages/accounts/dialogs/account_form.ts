import type { Account, AccountFields } from '@/api/types'

/** What the fields of the form hold: text, as typed. */
export interface AccountForm {
  email: string
  password: string
  region: string
  session_id: string
  proxy_url: string
  points: string
}

export type FormField = keyof AccountForm
export const formFields: FormField[] = ['email', 'password', 'region', 'session_id', 'proxy_url', 'points']
/** The key of what is wrong, below `accounts.form`. */
export type Problems = Partial<Record<FormField, 'missing' | 'notNumber'>>

export function formOf(account: Account | undefined, regions: string[]): AccountForm {
  return {
    email: account?.email ?? '',
    password: '',
    region: account?.region ?? regions[0] ?? '',
    session_id: account?.session_id ?? '',
    proxy_url: account?.proxy_url ?? '',
    points: account ? String(account.points) : '',
  }
}

/** What keeps the form from being sent. What an email or a session id is, the service knows. */
export function problemsOf(form: AccountForm, account?: Account): Problems {
  const problems: Problems = {}
  if (form.email.trim() === '') problems.email = 'missing'
  if (form.password === '' && !account) problems.password = 'missing'
  if (form.points.trim() === '' ? account : toPoints(form.points) === null) problems.points = 'notNumber'
  return problems
}

/** The body to send: for a new account what was filled in, for a known one what was changed. */
export function fieldsOf(form: AccountForm, account?: Account): AccountFields {
  const fields: AccountFields = {}
  const email = form.email.trim()
  const session = form.session_id.trim()
  const proxy = form.proxy_url.trim()
  const points = form.points.trim() === '' ? null : toPoints(form.points)

  if (email !== account?.email) fields.email = email
  if (form.password !== '') fields.password = form.password
  if (form.region !== account?.region) fields.region = form.region
  if (session !== (account?.session_id ?? '')) fields.session_id = session === '' ? null : session
  // As it was shown, with its password masked, it means the stored one.
  if (proxy !== (account?.proxy_url ?? '')) fields.proxy_url = proxy === '' ? null : proxy
  if (points !== null && points !== account?.points) fields.points = points
  return fields
}

function toPoints(text: string): number | null {
  const points = Number(text.trim())
  return Number.isFinite(points) && points >= 0 ? points : null
}
