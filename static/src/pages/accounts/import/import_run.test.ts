import { expect, test } from 'vitest'

import { ApiError, Unreachable } from '@/api/request'
import type { BulkImport, BulkImportResult } from '@/api/types'
import { dryRun } from '@/testing/import_lines'

import { ImportRun, sliceSize } from './import_run'
import { ImportReader } from './reading'

/** A service that stores what it gets, as the real one does, and fails as it is told. */
function fakeService() {
  const stored = new Set<string>()
  const bodies: BulkImport[] = []
  const failures: ('before' | 'after' | null)[] = []
  async function send(body: BulkImport): Promise<BulkImportResult> {
    bodies.push(body)
    const fails = failures.shift()
    if (fails === 'before') throw new ApiError(500, 'internal_error', 'failed')
    const emails = body.credentials
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split(':')[0]!)
    const known = emails.filter((email) => stored.has(email))
    emails.forEach((email) => stored.add(email))
    if (fails === 'after') throw new Unreachable('no answer')
    return {
      message: '',
      created_count: emails.length - known.length,
      skipped: { duplicate_in_input: [], duplicate_in_db: known },
      total_skipped: known.length,
    }
  }
  return { stored, bodies, failures, send }
}

const text = (count: number) => Array.from({ length: count }, (_, at) => `n${at}@b.c:pw`).join('\n')
const form = { kind: 'lines' as const, separator: ':', columns: [] }

async function runOf(credentials: string, sessions = '') {
  const reader = new ImportReader({ credentials, session_ids: sessions, region: '' })
  while (!reader.over) await reader.next(async (body) => dryRun(body))
  return new ImportRun(reader.reading, { points: 7 })
}

async function sendAll(run: ImportRun, send: ReturnType<typeof fakeService>['send']) {
  while (!run.over) await run.sendNext(send)
}

test('what goes out is what stands there, without what is left out', async () => {
  const service = fakeService()
  const run = await runOf('# c\na@b.c:p:w \r\nbad\nA@b.c:again\nb@b.c:x:hk', 'one\ntwo\nthree\nhk-four')
  await sendAll(run, service.send)
  expect(service.bodies).toEqual([
    { credentials: 'a@b.c:p:w \nb@b.c:x:hk', session_ids: 'one\nhk-four', points: 7, form },
  ])
  expect([...run.results]).toEqual([
    [2, 'created'],
    [5, 'created'],
  ])
})

test('many lines go out in slices, and what the pool knows is told apart', async () => {
  const service = fakeService()
  service.stored.add('n3@b.c').add('n700@b.c')
  const run = await runOf(text(2 * sliceSize + 1))
  await sendAll(run, service.send)
  expect(service.bodies.map(({ credentials }) => credentials.split('\n').length)).toEqual([sliceSize, sliceSize, 1])
  expect(run).toMatchObject({ sent: 2 * sliceSize + 1, created: 2 * sliceSize - 1, known: 2 })
  expect([run.results.get(4), run.results.get(5), run.results.get(701)]).toEqual(['known', 'created', 'known'])
})

test('a slice that was refused is sent again; nothing is lost and nothing doubled', async () => {
  const service = fakeService()
  service.failures.push(null, 'before')
  const run = await runOf(text(2 * sliceSize))
  await expect(sendAll(run, service.send)).rejects.toThrow('failed')
  expect(run).toMatchObject({ sent: sliceSize, created: sliceSize, over: false })
  expect(run.results.size).toBe(sliceSize)
  await sendAll(run, service.send)
  expect(run).toMatchObject({ sent: 2 * sliceSize, created: 2 * sliceSize, known: 0, over: true })
})

test('when an answer got lost after the work was done, the report does not claim to know', async () => {
  const service = fakeService()
  service.failures.push('after')
  const run = await runOf(text(2))
  await expect(sendAll(run, service.send)).rejects.toBeInstanceOf(Unreachable)
  await sendAll(run, service.send)
  expect(run).toMatchObject({ sent: 2, created: 0, known: 2 })
  expect([...run.results.values()]).toEqual(['perhapsNow', 'perhapsNow'])
  expect(service.stored.size).toBe(2)
})

test('an export goes out whole; its faulty accounts are left out', async () => {
  const whole = '{"format": "dreamina-export"}'
  const account = {
    session_line: null,
    region: null,
    has_password: true,
    has_session: false,
    same_as: null,
    known: false,
  }
  const reader = new ImportReader({ credentials: whole, session_ids: '', region: '' })
  await reader.next(async () => ({
    form: { kind: 'export', separator: '', columns: [] },
    fault: null,
    items: [
      { ...account, line: 1, email: 'a@b.c', fault: null },
      { ...account, line: 2, email: null, fault: { code: 'export_field', params: {}, message: '', facts: {} } },
    ],
  }))
  const service = fakeService()
  const run = new ImportRun(reader.reading, {})
  const answer = {
    message: '',
    created_count: 1,
    skipped: { duplicate_in_input: [], duplicate_in_db: [] },
    total_skipped: 0,
  }
  await run.sendNext(async (body) => (service.bodies.push(body), answer))
  expect(service.bodies).toEqual([
    { credentials: whole, skip_faulty: true, form: { kind: 'export', separator: '', columns: [] } },
  ])
  expect(run).toMatchObject({ sent: 1, created: 1, over: true })
})
