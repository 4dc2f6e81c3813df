import type { Schema } from '@/api/types'

type Reading = Schema<'ImportReading'>
type Item = Reading['items'][number]

const fault = (code: string, params: Record<string, number> = {}) => ({
  code,
  params,
  message: `in English: ${code}`,
  facts: {},
})

/** What a dry run answers. It knows `email:password`, a region and a session behind them, and little of what is wrong. */
export function dryRun(
  { credentials, session_ids }: Pick<Schema<'Import'>, 'credentials' | 'session_ids'>,
  known: Iterable<string> = [],
): Reading {
  const pool = new Set(known)
  const lines = contentOf(credentials)
  const sessions = contentOf(session_ids ?? '')
  const unequal = sessions.length > 0 && sessions.length !== lines.length
  return {
    form: { kind: 'lines', separator: ':', columns: [] },
    fault: unequal ? fault('unequal', { sessions: sessions.length, credentials: lines.length }) : null,
    items: lines.map(({ text, line }, at) => itemOf(text, line, pool, unequal ? undefined : sessions[at])),
  }
}

const contentOf = (text: string) =>
  text
    .split('\n')
    .map((line, at) => ({ text: line.trim(), line: at + 1 }))
    .filter(({ text }) => text !== '' && !text.startsWith('#'))

function itemOf(text: string, line: number, pool: Set<string>, session?: { text: string; line: number }): Item {
  const [email, ...fields] = text.split(':') as [string, ...string[]]
  const own = fields.length > 1 && /^[0-9a-f]{32}$/.test(fields.at(-1)!)
  const region = /^(?:us|hk|jp|sg|cn)$/.exec(fields.at(own ? -2 : -1) ?? '')?.[0]
  const code = text.includes('\uFFFD')
    ? 'not_utf8'
    : fields.length === 0
      ? 'no_colon'
      : !fields[0] && 'password_missing'
  const item = { line, session_line: session?.line ?? null, same_as: null }
  if (code)
    return {
      ...item,
      email: null,
      region: null,
      has_password: false,
      has_session: false,
      fault: fault(code),
      known: false,
    }
  return {
    ...item,
    email,
    region: (region ?? null) as Item['region'],
    has_password: true,
    has_session: own || session !== undefined,
    fault: null,
    known: pool.has(email),
  }
}
