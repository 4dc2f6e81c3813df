import type { Setting, SettingsEdit, SettingValue } from '@/api/settings'

/** An unsaved change to a setting. */
export interface Draft {
  /** A new value; back to what rules without the file; or, for a secret, none any more. */
  how: 'value' | 'reset' | 'clear'
  /** As typed. Of a switch: true or false. */
  text: string
  /** A new password is typed twice. */
  again: string
  /** What was in force when this began. */
  base: SettingValue
}

export type Drafts = Record<string, Draft>

/** The key of what is wrong, below `settings.problem`, with its values. */
export interface Problem {
  key: 'missing' | 'number' | 'whole' | 'moreThan' | 'tooLong' | 'notSame'
  values?: { min?: number; max?: number }
}

export function draftOf(setting: Setting): Draft {
  return { how: 'value', text: setting.secret ? '' : textOf(setting.value), again: '', base: setting.value }
}

export function textOf(value: SettingValue): string {
  return value === null ? '' : String(value)
}

/** A secret that cannot be none guards a door: it is typed twice, and its strength is judged. */
export function isPassword(setting: Setting): boolean {
  return setting.secret && !setting.nullable
}

/** A password goes back to what the environment says, never to the one that everybody knows. */
export function canReset(setting: Setting): boolean {
  return setting.reset !== null && !(isPassword(setting) && setting.reset.source === 'default')
}

/** What the page itself can tell; the service has the last word. */
export function problemOf(setting: Setting, draft: Draft): Problem | null {
  if (draft.how !== 'value') return null
  const text = setting.secret ? draft.text : draft.text.trim()
  if (text === '') return setting.nullable ? null : { key: 'missing' }
  if (isPassword(setting) && draft.text !== draft.again) return { key: 'notSame' }
  const { min, max } = { min: setting.min ?? 0, max: setting.max ?? Infinity }
  if (setting.type === 'text')
    return new TextEncoder().encode(text).length > max ? { key: 'tooLong', values: { max } } : null
  if (setting.type === 'boolean') return null
  const number = Number(text)
  const fits = Number.isFinite(number) && number <= max && (setting.above_min ? number > min : number >= min)
  if (setting.type === 'integer')
    return fits && Number.isInteger(number) ? null : { key: 'whole', values: { min, max } }
  return fits ? null : { key: setting.above_min ? 'moreThan' : 'number', values: { min, max } }
}

export function valueOf(setting: Setting, draft: Draft): SettingValue {
  if (draft.how === 'clear') return null
  if (setting.secret) return draft.text
  const text = draft.text.trim()
  if (text === '' && setting.nullable) return null
  if (setting.type === 'boolean') return text === 'true'
  return setting.type === 'text' ? text : Number(text)
}

/** Whether there is something to save. */
export function isChanged(setting: Setting, draft: Draft | undefined): boolean {
  if (!draft) return false
  if (draft.how === 'reset') return setting.source === 'file'
  if (draft.how === 'clear') return setting.value !== null
  if (setting.secret) return draft.text !== '' || draft.again !== ''
  return problemOf(setting, draft) !== null || valueOf(setting, draft) !== setting.value
}

/** What is about to be overwritten was changed meanwhile. */
export function isConflict(setting: Setting, draft: Draft | undefined): boolean {
  return draft !== undefined && isChanged(setting, draft) && draft.base !== setting.value
}

/** The body to send. */
export function editOf(settings: Setting[], drafts: Drafts): SettingsEdit {
  const edit: SettingsEdit = { expected: {} }
  const reset: string[] = []
  for (const setting of settings) {
    const draft = drafts[setting.key]
    if (!draft || !isChanged(setting, draft)) continue
    edit.expected![setting.key] = draft.base
    if (draft.how === 'reset') reset.push(setting.key)
    else edit[setting.key] = valueOf(setting, draft)
  }
  if (reset.length > 0) edit.reset = reset
  return edit
}

/** Every word of the search stands somewhere in what is said of the setting, in either language. */
export function isMatch({ key, name, help }: Setting, search: string): boolean {
  const said = [key, name.en, name.zh, help.en, help.zh].join('\n').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word))
}

export interface Group {
  name: string
  settings: Setting[]
}

/** In the order in which the service tells of them. */
export function groupsOf(settings: Setting[]): Group[] {
  const groups = new Map<string, Setting[]>()
  for (const setting of settings) groups.set(setting.group, [...(groups.get(setting.group) ?? []), setting])
  return [...groups].map(([name, members]) => ({ name, settings: members }))
}
