import { request } from './request'

/** A secret that is set is eight asterisks. */
export type SettingValue = string | number | boolean | null

export interface Sentences {
  en: string
  zh: string
}

export interface Setting {
  key: string
  group: string
  type: 'text' | 'integer' | 'number' | 'boolean'
  nullable: boolean
  secret: boolean
  unit: string | null
  min: number | null
  /** Of a text: the most bytes. */
  max: number | null
  /** The minimum itself is too little. */
  above_min: boolean
  choices: string[] | null
  /** What a text must be, as in “must be …”. */
  form: Sentences | null
  range: string
  name: Sentences
  help: Sentences
  /** null for a secret. */
  default: SettingValue
  value: SettingValue
  source: 'file' | 'environment' | 'default'
  effect: 'at_once' | 'nginx_reload' | 'restart'
  /** What a reset leads to; null if there is nothing to take back. */
  reset: { value: SettingValue; source: 'environment' | 'default' } | null
}

export interface SettingsSchema {
  settings: Setting[]
  /** Why the file is not in force as it is. */
  fault: string | null
  /** Where the nginx that came with the service listens, and why it has not taken a change; null behind another one. */
  nginx: NginxState | null
}

export interface NginxState {
  host: string
  port: number
  fault: 'taken' | 'refused' | 'unanswered' | 'restart' | null
}

/** Settings with their new values, and two words that are no setting's name. */
export type SettingsEdit = Record<string, SettingValue | string[] | Record<string, SettingValue>> & {
  reset?: string[]
  expected?: Record<string, SettingValue>
}

/** Without `url` and `key`, those in force. */
export type Trial = { what: 'upstream' | 'register_service'; url?: string; key?: string }

export interface Finding {
  ok: boolean
  code: string
  message: string
  http_status: number | null
  duration_ms: number
}

export const settingsApi = {
  schema: (signal?: AbortSignal) => request<SettingsSchema>('GET', '/api/settings/schema', undefined, signal),
  save: (edit: SettingsEdit) => request('POST', '/api/settings', edit),
  test: (trial: Trial) => request<Finding>('POST', '/api/settings/test', trial),
}
