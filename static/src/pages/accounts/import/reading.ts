import type { BulkImport, ImportFault, ImportForm, ImportReading } from '@/api/types'

/** A line of the text, and what the service makes of it. The password stays in `text` and nowhere else. */
export interface ReadLine {
  /** As an editor counts; of an export, which account. */
  number: number
  text: string
  /** What stands beside it in the column of sessions. */
  session: string | null
  /** Null in a faulty line: what stands there may be a password. */
  email: string | null
  region: string | null
  hasPassword: boolean
  hasSession: boolean
  fault: ImportFault | null
  /** The number of the line before it that has the same e-mail address. */
  sameAs: number | null
  /** The pool has an account with this e-mail address. */
  known: boolean
  /** What stands where a region would, but is none that the service knows: it is a part of the password. */
  unknownRegion: string | null
}

export interface Reading {
  form: ImportForm | null
  lines: ReadLine[]
  accounts: number
  duplicates: number
  faults: number
  warnings: number
  /** What keeps the whole from being read. */
  fault: ImportFault | null
  /** The whole text, where its lines cannot be sent one by one. */
  whole: string | null
}

export const noReading = (): Reading => ({
  form: null,
  lines: [],
  accounts: 0,
  duplicates: 0,
  faults: 0,
  warnings: 0,
  fault: null,
  whole: null,
})

export interface Source {
  credentials: string
  session_ids: string
  region: string
}

/** So many lines are asked about at a time. */
export const linesAtATime = 1000

/** Where the service sees the end of a line. */
const lineEnds = /\r\n|[\n\r\u2028\u2029]/

/** ASCII only, as the service compares e-mail addresses. */
export const lowered = (text: string) => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** A region's two letters, with or without a session. */
const regionLike = /^([a-z]{2})(?:-[0-9a-f]{32,})?$/i

/** Passwords are not shown, so it would go unnoticed what else one of them has taken in. */
function unknownRegionOf(
  text: string,
  { region, has_session }: ImportReading['items'][number],
  form: ImportForm | null,
) {
  if (region !== null || form?.kind !== 'lines' || !form.separator) return null
  const [, , ...rest] = text.split(form.separator)
  return regionLike.exec(rest.at(has_session ? -2 : -1)?.trim() ?? '')?.[1] ?? null
}

/** Has an import read by the service, slice by slice. Nothing is written. */
export class ImportReader {
  readonly reading = noReading()
  readonly total: number
  /** Lines that have been read. */
  done = 0
  private readonly lines: string[]
  private readonly sessions: string[]
  /** The lines of an export, and those beside a column of sessions, mean nothing alone. */
  private readonly together: boolean
  private readonly known = new Map<string, number>()

  constructor(private readonly source: Source) {
    const isExport = source.credentials.trimStart().startsWith('{')
    if (isExport) this.reading.whole = source.credentials
    this.together = isExport || source.session_ids.trim() !== ''
    this.lines = source.credentials.split(lineEnds)
    this.sessions = source.session_ids.split(lineEnds)
    this.total = this.lines.length
  }

  get over(): boolean {
    return this.done >= this.total
  }

  /** Asks about the next lines. When it fails nothing is counted. */
  async next(ask: (body: BulkImport) => Promise<ImportReading>): Promise<void> {
    const first = this.done
    const until = this.together ? this.total : Math.min(this.total, first + linesAtATime)
    const body: BulkImport = {
      credentials: this.together ? this.source.credentials : this.lines.slice(first, until).join('\n'),
    }
    if (this.source.session_ids.trim() !== '') body.session_ids = this.source.session_ids
    if (this.source.region !== '') body.region = this.source.region
    if (this.reading.form) body.form = this.reading.form
    const { form, fault, items } = await ask(body)
    // Until a line says something, it is unknown how it says it.
    if (items.length > 0 || form.kind === 'table') this.reading.form ??= form
    this.reading.fault ??= fault
    for (const item of items) this.take(item, first)
    this.done = until
  }

  private take(item: ImportReading['items'][number], before: number) {
    const number = item.line + before
    const line: ReadLine = {
      number,
      text: this.reading.whole === null ? this.lines[number - 1]! : '',
      session: item.session_line === null ? null : this.sessions[item.session_line - 1]!,
      email: item.email,
      region: item.region,
      hasPassword: item.has_password,
      hasSession: item.has_session,
      fault: item.fault,
      sameAs: null,
      known: item.known,
      unknownRegion: null,
    }
    this.reading.lines.push(line)
    if (line.email === null) {
      ++this.reading.faults
      return
    }
    line.unknownRegion = unknownRegionOf(line.text, item, this.reading.form)
    if (line.unknownRegion !== null) ++this.reading.warnings
    const key = lowered(line.email)
    line.sameAs = this.known.get(key) ?? null
    if (line.sameAs === null) {
      this.known.set(key, number)
      ++this.reading.accounts
    } else {
      ++this.reading.duplicates
    }
  }
}

/** What is to be sent: each e-mail address once, the first line of it. */
export function toSend(reading: Reading): ReadLine[] {
  return reading.lines.filter((line) => line.fault === null && line.sameAs === null)
}
