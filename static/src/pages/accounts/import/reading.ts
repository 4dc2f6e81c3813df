import { contentLines, isFault, lowered, parseLine, type ContentLine, type Fault } from './import_line'

/** A line of the text, and what was understood. The password stays in `text` and nowhere else. */
export interface ReadLine extends ContentLine {
  /** Null until it is known to be one: what stands there in a faulty line may be a password. */
  email: string | null
  region: string | null
  hasSession: boolean
  /** What stands beside it in the column of sessions. */
  session: string | null
  fault: Fault | null
  /** The number of the line before it that has the same e-mail address. */
  sameAs: number | null
}

export interface Reading {
  lines: ReadLine[]
  accounts: number
  duplicates: number
  faults: number
  /** The two columns are not as long as each other. */
  unequal: { sessions: number; credentials: number } | null
}

/** Reads an import in steps, so that twenty thousand lines do not hold up the page. */
export class ImportReader {
  readonly reading: Reading
  private readonly sessions: ContentLine[]
  private readonly source: ContentLine[]
  private readonly paired: boolean
  private readonly known = new Map<string, number>()

  constructor(
    credentials: string,
    sessionIds: string,
    private readonly regions: string[],
  ) {
    this.source = contentLines(credentials)
    this.sessions = contentLines(sessionIds)
    this.paired = this.sessions.length === this.source.length
    const unequal = this.sessions.length > 0 && !this.paired
    this.reading = {
      lines: [],
      accounts: 0,
      duplicates: 0,
      faults: 0,
      unequal: unequal ? { sessions: this.sessions.length, credentials: this.source.length } : null,
    }
  }

  /** Reads so many lines more; true once there are none left. */
  step(lines: number): boolean {
    const { reading } = this
    const until = Math.min(this.source.length, reading.lines.length + lines)
    while (reading.lines.length < until) reading.lines.push(this.read(reading.lines.length))
    return until === this.source.length
  }

  private read(at: number): ReadLine {
    const { number, text } = this.source[at]!
    const session = this.paired ? this.sessions[at]! : null
    const parsed = parseLine(text, session, this.regions)
    const line: ReadLine = {
      number,
      text,
      session: session?.text ?? null,
      email: null,
      region: null,
      hasSession: false,
      fault: null,
      sameAs: null,
    }
    if (isFault(parsed)) {
      line.fault = parsed
      ++this.reading.faults
      return line
    }
    line.email = parsed.email
    line.region = parsed.region
    line.hasSession = parsed.session !== null
    const key = lowered(parsed.email)
    line.sameAs = this.known.get(key) ?? null
    if (line.sameAs === null) {
      this.known.set(key, number)
      ++this.reading.accounts
    } else {
      ++this.reading.duplicates
    }
    return line
  }
}

export function readImport(credentials: string, sessionIds: string, regions: string[]): Reading {
  const reader = new ImportReader(credentials, sessionIds, regions)
  reader.step(Infinity)
  return reader.reading
}

/** What is to be sent: each e-mail address once, the first line of it. */
export function toSend(reading: Reading): ReadLine[] {
  return reading.lines.filter((line) => line.fault === null && line.sameAs === null)
}
