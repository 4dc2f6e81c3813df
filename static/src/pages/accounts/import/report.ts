import type { Sent } from './import_run'
import type { ReadLine, Reading } from './reading'

export type Result = Sent | 'duplicate' | 'faulty' | 'notSent'

export function resultOf(line: ReadLine, sent: ReadonlyMap<number, Sent>): Result {
  if (line.fault) return 'faulty'
  if (line.sameAs !== null) return 'duplicate'
  return sent.get(line.number) ?? 'notSent'
}

/** The words of the report's column, for programs: they are the same in every language. */
const words: Record<Result, string> = {
  created: 'created',
  known: 'in_pool',
  perhapsNow: 'in_pool',
  duplicate: 'duplicate',
  faulty: 'faulty',
  notSent: 'not_sent',
}

/** A table of what became of every line; it says nothing of passwords and sessions. */
export function reportOf(
  reading: Reading,
  sent: ReadonlyMap<number, Sent>,
  reasonOf: (result: Result, line: ReadLine) => string,
): string {
  const rows = reading.lines.map((line) => {
    const result = resultOf(line, sent)
    return [String(line.number), line.email ?? '', words[result], reasonOf(result, line)]
  })
  // The mark in front is what makes a spreadsheet read it as UTF-8.
  return `\uFEFF${[['line', 'email', 'result', 'reason'], ...rows].map((row) => row.map(cell).join(',') + '\r\n').join('')}`
}

/** A cell that a spreadsheet takes for text, never for a formula. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
