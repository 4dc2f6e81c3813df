import { Unreachable } from '@/api/request'
import type { BulkImport, BulkImportResult } from '@/api/types'

import type { ForAll } from './import_form'
import { lowered, toSend, type ReadLine, type Reading } from './reading'

/** So many lines travel together, and are stored together or not at all. */
export const sliceSize = 500

/** `perhapsNow`: in the pool already, but perhaps only since a try of this import whose answer got lost. */
export type Sent = 'created' | 'known' | 'perhapsNow'

/** An import under way. It can stop after any slice, and go on from there. */
export class ImportRun {
  /** What became of a line, by its number; a line that is missing was not sent. */
  readonly results = new Map<number, Sent>()
  readonly lines: ReadLine[]
  sent = 0
  created = 0
  known = 0
  /** The next slice went out before, and it is unknown whether it was stored. */
  private unanswered = false

  constructor(
    private readonly reading: Reading,
    private readonly forAll: ForAll,
  ) {
    this.lines = toSend(reading)
  }

  get over(): boolean {
    return this.sent >= this.lines.length
  }

  /** Sends a slice. When it fails nothing is counted, and the next call sends the same slice again. */
  async sendNext(send: (body: BulkImport) => Promise<BulkImportResult>): Promise<void> {
    const size = this.reading.whole === null ? sliceSize : this.lines.length
    const slice = this.lines.slice(this.sent, this.sent + size)
    try {
      this.take(slice, await send(this.bodyOf(slice)))
    } catch (failure) {
      this.unanswered ||= failure instanceof Unreachable
      throw failure
    }
  }

  private take(slice: ReadLine[], { created_count, skipped }: BulkImportResult) {
    const known = new Set(skipped.duplicate_in_db.map(lowered))
    // A slice is stored whole: if this try created any of it, the one before it stored none.
    const found: Sent = this.unanswered && created_count === 0 ? 'perhapsNow' : 'known'
    for (const line of slice) this.results.set(line.number, known.has(lowered(line.email!)) ? found : 'created')
    this.unanswered = false
    this.sent += slice.length
    this.created += created_count
    this.known += known.size
  }

  /** The lines go out as they came in, to be read as the preview was. */
  private bodyOf(slice: ReadLine[]): BulkImport {
    const { form, whole } = this.reading
    const body: BulkImport = { ...this.forAll, credentials: whole ?? slice.map(({ text }) => text).join('\n') }
    if (form) body.form = form
    // One agreed to leave the faulty accounts of an export out; lines that are faulty are not among these.
    if (whole !== null) body.skip_faulty = true
    if (slice[0]?.session !== null) body.session_ids = slice.map(({ session }) => session).join('\n')
    return body
  }
}
