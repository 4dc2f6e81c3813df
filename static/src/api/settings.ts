import { answer, client } from './client'
import type { Schema } from './types'

export type LocalizedText = Schema<'Sentence'>
export type Setting = Schema<'SettingRow'>
export type NginxState = Schema<'NginxState'>
export type SettingsSchema = Schema<'SettingsSchema'>

/** A secret that is set is eight asterisks. */
export type SettingValue = Setting['value']

/** Settings with their new values, and two words that are no setting's name. */
export type SettingsEdit = Record<string, SettingValue | string[] | Record<string, SettingValue>> &
  Pick<Schema<'SettingsChange'>, 'reset' | 'expected'>

/** Without `url` and `key`, those in force. */
export type ServiceTest = Schema<'ServiceTest'>

export const settingsApi = {
  schema: (signal?: AbortSignal) => answer(client.GET('/api/settings/schema', { signal })),
  // The names come from the schema, at run time.
  save: (edit: SettingsEdit) => answer(client.POST('/api/settings', { body: edit })),
  upstream: (signal?: AbortSignal) => answer(client.GET('/api/upstream', { signal })),
  test: (test: ServiceTest) => answer(client.POST('/api/settings/test', { body: test })),
}
