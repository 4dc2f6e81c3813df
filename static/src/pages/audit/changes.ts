import type { AuditRow } from '@/api/audit'

/** One field of what was changed. */
export interface FieldChange {
  field: string
  /** Absent where there was nothing before, or is nothing any more. */
  from?: unknown
  to?: unknown
}

/** What a row tells of fields, in the order in which the service does. */
export function changesOf({ old, new: now }: Pick<AuditRow, 'old' | 'new'>): FieldChange[] {
  const names = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])]
  return names.map((field) => ({
    field,
    ...(old && field in old ? { from: old[field] } : {}),
    ...(now && field in now ? { to: now[field] } : {}),
  }))
}

/** What kind of value a field holds, which decides how it is shown. */
export type Shown =
  | { kind: 'nothing' | 'all' | 'expired' }
  | { kind: 'flag'; value: boolean }
  | { kind: 'number'; value: number }
  | { kind: 'time'; value: string }
  | { kind: 'secret'; value: 'set' | 'changed' }
  | { kind: 'accounts'; value: number }
  | { kind: 'word'; group: 'job.kind' | 'job.state'; value: string }
  | { kind: 'text'; value: string }

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/
const setting = /^[A-Z][A-Z0-9_]*$/
const maySecret = /^(password|session_id|proxy_url|webhook_secret|[A-Z][A-Z0-9_]*)$/
const groups = { kind: 'job.kind', state: 'job.state' } as const

export function shown(field: string, value: unknown): Shown {
  if (value === null || value === undefined) return { kind: 'nothing' }
  if (typeof value === 'boolean') return { kind: 'flag', value }
  // A setting may be a port, which is no quantity.
  if (typeof value === 'number') {
    // Too many to name.
    if (field === 'accounts') return { kind: 'accounts', value }
    return setting.test(field) ? { kind: 'text', value: String(value) } : { kind: 'number', value }
  }
  if (Array.isArray(value)) {
    if (value.length === 0) return { kind: field === 'models' ? 'all' : 'nothing' }
    return { kind: 'text', value: value.map((each) => itemText(field, each)).join(', ') }
  }
  if (typeof value === 'object') return { kind: 'text', value: pairsText(value) }
  if (typeof value !== 'string') return { kind: 'text', value: JSON.stringify(value) }
  if (time.test(value)) return { kind: 'time', value }
  if ((value === 'set' || value === 'changed') && maySecret.test(field)) return { kind: 'secret', value }
  if (field === 'region') return { kind: 'text', value: value.toUpperCase() }
  if (field === 'accounts' && (value === 'all' || value === 'expired')) return { kind: value }
  if (field === 'kind' || field === 'state') return { kind: 'word', group: groups[field], value }
  return { kind: 'text', value }
}

/** As the filter of an export: the API's own words, which a filter in the address has too. */
function pairsText(value: object): string {
  return Object.entries(value)
    .map(([key, each]) => `${key}=${typeof each === 'object' ? JSON.stringify(each) : each}`)
    .join(' ')
}

function itemText(field: string, item: unknown): string {
  if (field === 'regions') return String(item).toUpperCase()
  if (field === 'accounts') return `#${item}`
  if (typeof item !== 'object' || item === null) return String(item)
  const { name, regions } = item as { name?: string; regions?: string[] }
  return name && regions ? `${name} (${regions.join(' ').toUpperCase()})` : JSON.stringify(item)
}

/** Where that stands which a row is about; null: nowhere, or no more. */
export function placeOf({
  action,
  subject,
  subject_id: id,
  name,
}: Pick<AuditRow, 'action' | 'subject' | 'subject_id' | 'name'>): string | null {
  if (action === 'delete') return null
  if (subject === 'setting') return `/settings?q=${encodeURIComponent(name ?? '')}`
  if (subject === 'session') return '/sessions'
  if (subject === 'schedule') return '/jobs?view=schedule'
  if (id === null) return null
  if (subject === 'account') return `/accounts?account=${id}`
  if (subject === 'model') return `/models?model=${encodeURIComponent(id)}`
  if (subject === 'key') return `/keys?name=${encodeURIComponent(name ?? '')}`
  if (subject === 'generation') return `/generations/${id}`
  if (subject === 'result') return `/results/${id}`
  return subject === 'job' ? `/jobs/${id}` : null
}
