import type { ApiKey, KeyTerms } from '@/api/keys'
import { fromLocal, toLocal } from '@/composables/local_time'

/** What the fields of the form hold: text, as typed. */
export interface KeyForm {
  name: string
  calls_per_day: string
  calls_per_minute: string
  concurrency: string
  /** Seconds; empty: as the setting says. */
  keep_alive_blanks: string
  async_mode: ApiKey['async_mode']
  store_results: ApiKey['store_results']
  storage_gb: string
  /** As a field for a local time has it; empty: never. */
  expires_at: string
  all_models: boolean
  models: string[]
}

export type FormField = Exclude<keyof KeyForm, 'all_models'>

export const asyncModes: ApiKey['async_mode'][] = ['optional', 'always']

export const storeModes: ApiKey['store_results'][] = ['default', 'off', 'copy', 'rewrite']

export type Problems = Partial<Record<FormField, string>>

const limits = ['calls_per_day', 'calls_per_minute', 'concurrency', 'keep_alive_blanks', 'storage_gb'] as const

export function formOf(key?: ApiKey): KeyForm {
  const limit = (value: number | null | undefined) => (value == null ? '' : String(value))
  return {
    name: key?.name ?? '',
    calls_per_day: limit(key?.calls_per_day),
    calls_per_minute: limit(key?.calls_per_minute),
    concurrency: limit(key?.concurrency),
    keep_alive_blanks: limit(key?.keep_alive_blanks),
    async_mode: key?.async_mode ?? 'optional',
    store_results: key?.store_results ?? 'default',
    storage_gb: limit(key?.storage_gb),
    expires_at: key?.expires_at ? toLocal(key.expires_at) : '',
    all_models: !key?.models.length,
    models: [...(key?.models ?? [])],
  }
}

/** What keeps the form from being sent: the key of what is wrong, below `fault`, by field. The rest the service judges. */
export function problemsOf(form: KeyForm): Problems {
  const problems: Problems = {}
  if (form.name.trim() === '') problems.name = 'required'
  for (const field of limits) if (!/^\d*$/.test(form[field].trim())) problems[field] = 'whole'
  if (form.expires_at !== '' && fromLocal(form.expires_at) === '') problems.expires_at = 'time'
  if (!form.all_models && form.models.length === 0) problems.models = 'noModel'
  return problems
}

/** What the form says, as the service takes it. An untouched expiry stays as exact as it was. */
export function termsOf(form: KeyForm, key?: ApiKey): KeyTerms {
  const limit = (text: string) => (text.trim() === '' ? null : Number(text))
  const untouched = key?.expires_at && toLocal(key.expires_at) === form.expires_at
  return {
    name: form.name.trim(),
    calls_per_day: limit(form.calls_per_day),
    calls_per_minute: limit(form.calls_per_minute),
    concurrency: limit(form.concurrency),
    keep_alive_blanks: limit(form.keep_alive_blanks),
    async_mode: form.async_mode,
    store_results: form.store_results,
    storage_gb: limit(form.storage_gb),
    expires_at: untouched ? key.expires_at : fromLocal(form.expires_at) || null,
    models: form.all_models ? [] : form.models,
  }
}

/** The field of the form that shows a fault of the service's; null: none does. */
export function placeOf(path: string): FormField | null {
  const field = path.split(/[[.]/)[0] as FormField
  return ['name', ...limits, 'async_mode', 'store_results', 'expires_at', 'models'].includes(field) ? field : null
}
