import { ApiError } from '@/api/request'

/** What the service finds wrong with one field, apart from the language it says it in. */
export interface FieldFault {
  /** Where it is: `name`, or `names[2].name` in a list. */
  path: string
  /** The key of what is wrong, below `fault`; null for what this page has no words for. */
  kind: string | null
  /** What the words of that kind tell: a limit, a choice. */
  values: Record<string, string>
  /** What the service says of it, in English. */
  detail: string
}

/** The service's sentences after a field's name; named groups are values of the words. */
const kinds: [RegExp, string][] = [
  [/^is required\b/, 'required'],
  [/^must not be (null|empty)\b/, 'required'],
  [/^must have at least (?<count>\d+) characters/, 'short'],
  [/^must have at most (?<count>\d+) (characters|bytes)/, 'long'],
  [/^must have at most (?<count>\d+) items/, 'many'],
  [/^must not hold (a NUL character|control characters)/, 'control'],
  [/^must be valid UTF-8/, 'control'],
  [/^must not begin or end with a blank/, 'blankEnds'],
  [/^must not hold blanks/, 'blanks'],
  [/^must not hold a colon/, 'colon'],
  [/^must not hold (?<sign>[*/])/, 'sign'],
  [/^must not be a path's dots/, 'reserved'],
  [/^must not be unknown\b/, 'reserved'],
  [/^must have one @/, 'email'],
  [/^must be from (?<min>\S+) to (?<max>\S+)/, 'range'],
  [/^must be (?<min>[\d.]+) or more/, 'atLeast'],
  [/^must be a whole number\b/, 'whole'],
  [/^must be a number\b/, 'number'],
  [/^must be (true or false|a string|a text|a list|an object)/, 'type'],
  [/^must be a time such as/, 'time'],
  [/^must be in the future/, 'past'],
  [/^must be (null or )?one of (?<choices>.+)/, 'choice'],
  [/^must be a http, https, socks4 or socks5 URL/, 'proxy'],
  [/^must be one session id/, 'session'],
  [/^is the same as/, 'twice'],
  [/^is the id, whose regions/, 'isId'],
  [/^is (?<name>.+), which is no model/, 'noModel'],
  [/^cannot be changed/, 'fixed'],
  [/^comes from the setting (?<setting>\w+)/, 'fromSetting'],
]

/** Refusals that name their field by what they are. */
const byCode: Record<string, { path: string; kind: string }> = {
  known_email: { path: 'email', kind: 'known' },
  known_model: { path: 'id', kind: 'known' },
  known_name: { path: 'name', kind: 'known' },
  no_limit_bit: { path: 'daily_limit', kind: 'tooManyLimits' },
}

const ownersName = /^the name (?<name>.+) belongs to the model (?<model>.+) already$/
const fieldFirst = /^(?<path>\w+(?:\[\d+])?(?:\.\w+(?:\[\d+])?)*):? (?<fault>.+)$/s
const unknownField = /^"(?<path>.+)" is not a known field$/

/** The one field that a refusal speaks of; null if it speaks of none. */
export function fieldFaultOf(failure: unknown): FieldFault | null {
  if (!(failure instanceof ApiError) || failure.status >= 500) return null
  const detail = failure.message
  const owned = failure.code === 'known_name' && ownersName.exec(detail)?.groups
  if (owned) return { path: 'names', kind: 'ownersName', values: { ...owned }, detail }
  const known = byCode[failure.code]
  if (known) return { ...known, values: {}, detail }
  if (failure.code === 'unknown_field') {
    const path = unknownField.exec(detail)?.groups?.path
    return path ? { path, kind: 'unknown', values: {}, detail } : null
  }
  if (!['invalid_field', 'invalid_setting', 'invalid_parameter'].includes(failure.code)) return null
  const said = fieldFirst.exec(detail)?.groups
  if (!said) return null
  for (const [pattern, kind] of kinds) {
    const fit = pattern.exec(said.fault!)
    if (fit) return { path: said.path!, kind, values: { ...fit.groups }, detail: said.fault! }
  }
  return { path: said.path!, kind: null, values: {}, detail: said.fault! }
}
