import { request } from './request'

export type SettingValue = string | number | boolean | null

/** What a service was found to be when it was asked; `code` is `ok` or a word for what is wrong. */
export interface TestResult {
  ok: boolean
  code: string
  message: string
  http_status: number | null
  duration_ms: number
}

export const settingsApi = {
  change: (values: Record<string, SettingValue>) => request<Record<string, SettingValue>>('POST', '/api/settings', values),
  /** Asks a service that the settings name; takes an address and a key that are not saved yet. */
  test: (wanted: { what: 'upstream' | 'register_service'; url?: string; key?: string }) =>
    request<TestResult>('POST', '/api/settings/test', wanted),
}
