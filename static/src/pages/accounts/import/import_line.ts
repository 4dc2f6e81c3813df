/**
 * The lines with which many accounts are brought in at once, told apart exactly as the service does
 * (domain/import_line), so that what the page shows before anything is sent is what the service will do.
 */

/** The key of what is wrong, below `accountImport.fault`, and what its sentence names. Never a password or a session. */
export interface Fault {
  kind: string
  named?: Record<string, string | number>
}

export interface ImportLine {
  email: string
  password: string
  /** Named in the line or by the session's prefix. */
  region: string | null
  session: string | null
}

export const longestEmail = 254
export const longestPassword = 1024
export const longestSession = 1024

/** A line that says something, without its end and trailing blanks. */
export interface ContentLine {
  /** As an editor counts. */
  number: number
  text: string
}

const byteOrderMark = '\uFEFF'

export function contentLines(text: string): ContentLine[] {
  const lines: ContentLine[] = []
  let at = text.startsWith(byteOrderMark) ? 1 : 0
  for (let number = 1; at < text.length; ++number) {
    const found = text.indexOf('\n', at)
    const end = found < 0 ? text.length : found
    const line = withoutTrailingBlanks(text.slice(at, end))
    if (line !== '' && !line.startsWith('#')) lines.push({ number, text: line })
    at = end + 1
  }
  return lines
}

export function emailFault(email: string): Fault | null {
  if (email === '') return { kind: 'noEmail' }
  if (bytes(email) > longestEmail) return { kind: 'emailTooLong', named: { most: longestEmail } }
  if (hasControlCharacters(email)) return { kind: 'emailControl' }
  if (email.includes(' ')) return { kind: 'emailBlank' }
  if (email.includes(':')) return { kind: 'emailColon' }
  const at = email.indexOf('@')
  if (at <= 0 || at !== email.lastIndexOf('@') || at + 1 === email.length) return { kind: 'emailAt' }
  return null
}

/** `session`: what stands beside the line in the column of sessions, if there is one. */
export function parseLine(text: string, session: ContentLine | null, regions: string[]): ImportLine | Fault {
  if (!isWellFormed(text)) return { kind: 'notUtf8' }
  const colon = text.indexOf(':')
  if (colon === 0) return { kind: 'noEmail' }
  if (colon < 0) return { kind: 'noColon' }
  const line: ImportLine = { email: text.slice(0, colon), password: '', region: null, session: null }
  const email = emailFault(line.email)
  if (email) return email

  let rest = text.slice(colon + 1)
  if (looksLikeSession(lastField(rest), regions)) {
    const own = lastField(rest)
    rest = withoutLastField(rest)
    line.region = regionOf(lastField(rest), regions)
    if (line.region) rest = withoutLastField(rest)
    const wrong = addSession(line, own, regions)
    if (wrong) return wrong
  }
  if (rest === '') return { kind: line.session ? 'noPasswordButSession' : 'noPassword' }
  if (bytes(rest) > longestPassword) return { kind: 'passwordTooLong', named: { most: longestPassword } }
  if (hasControlCharacters(rest)) return { kind: 'passwordControl' }
  line.password = rest

  if (!session) return line
  // The column leaves no doubt what it is, so its form is not held to the letter as at the end of a line.
  if (!isSessionId(splitSession(session.text, regions).id))
    return { kind: 'notSession', named: { line: session.number } }
  return addSession(line, session.text, regions) ?? line
}

export function isFault(parsed: ImportLine | Fault): parsed is Fault {
  return 'kind' in parsed
}

/** ASCII only, as the service compares e-mail addresses. */
export function lowered(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
}

/** Puts a session into the account; it must not contradict what is known of it already. */
function addSession(line: ImportLine, text: string, regions: string[]): Fault | null {
  if (bytes(text) > longestSession) return { kind: 'sessionTooLong', named: { most: longestSession } }
  const { id, region } = splitSession(text, regions)
  if (line.session !== null && line.session !== id) return { kind: 'sessionDiffers' }
  if (line.region && region && line.region !== region)
    return { kind: 'regionDiffers', named: { line: line.region.toUpperCase(), session: region.toUpperCase() } }
  line.session = id
  line.region = region ?? line.region
  return null
}

function splitSession(text: string, regions: string[]): { id: string; region: string | null } {
  const region = text[2] === '-' && text.length > 2 ? regionOf(text.slice(0, 2), regions) : null
  return { id: region ? text.slice(3) : text, region }
}

function regionOf(text: string, regions: string[]): string | null {
  const name = lowered(text)
  return regions.includes(name) ? name : null
}

function looksLikeSession(text: string, regions: string[]): boolean {
  return /^[0-9a-f]{32,}$/.test(splitSession(text, regions).id)
}

/** Fit to be sent in a header. */
function isSessionId(text: string): boolean {
  return /^[!-~]+$/.test(text) && !/[,@"\\]/.test(text)
}

const lastField = (rest: string) => rest.slice(rest.lastIndexOf(':') + 1)
const withoutLastField = (rest: string) => rest.slice(0, Math.max(0, rest.lastIndexOf(':')))

function withoutTrailingBlanks(text: string): string {
  let end = text.length
  while (end > 0 && ' \t\r\f\v'.includes(text[end - 1]!)) --end
  return text.slice(0, end)
}

function hasControlCharacters(text: string): boolean {
  return /[^ -~\u0080-\uFFFF]/.test(text)
}

function bytes(text: string): number {
  // Whatever is not plain ASCII is counted by the encoder; most lines never get there.
  return /^[\0-\x7F]*$/.test(text) ? text.length : new TextEncoder().encode(text).length
}

/** Half a character (as what could not be read of a file is marked) has no place in UTF-8. */
function isWellFormed(text: string): boolean {
  return !/[\uD800-\uDFFF]/u.test(text)
}
