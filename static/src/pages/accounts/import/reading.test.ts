import { expect, test } from 'vitest'

import type { BulkImport, ImportReading } from '@/api/types'
import { dryRun } from '@/testing/import_lines'

import { ImportReader, linesAtATime, toSend, type Source } from './reading'

const nothing = { session_ids: '', region: '' }

/** A service that records what it is asked. */
function service(answer: (body: BulkImport) => ImportReading = (body) => dryRun(body)) {
  const bodies: BulkImport[] = []
  const ask = async (body: BulkImport) => {
    bodies.push(body)
    return answer(body)
  }
  return { bodies, ask }
}

async function read(source: Partial<Source> & { credentials: string }, { ask } = service()) {
  const reader = new ImportReader({ ...nothing, ...source })
  while (!reader.over) await reader.next(ask)
  return reader
}

test('each line has its number and its text, whatever ends it', async () => {
  const { reading } = await read({ credentials: '# c\r\na@b.c:p w\rb@b.c:x\u2028\n\nc@b.c:pw:hk' })
  expect(reading.lines.map(({ number, text, email, region }) => [number, text, email, region])).toEqual([
    [2, 'a@b.c:p w', 'a@b.c', null],
    [3, 'b@b.c:x', 'b@b.c', null],
    [6, 'c@b.c:pw:hk', 'c@b.c', 'hk'],
  ])
  expect(reading).toMatchObject({ accounts: 3, duplicates: 0, faults: 0, whole: null })
})

test('a long text is asked about in slices, all of them in the form that the first ones have', async () => {
  const told = service()
  const credentials = `${'#\n'.repeat(linesAtATime)}${'a@b.c:pw\n'.repeat(linesAtATime)}b@b.c:pw`
  const reader = new ImportReader({ ...nothing, credentials, region: 'cn' })
  await reader.next(told.ask)
  expect([reader.done, reader.total, reader.over]).toEqual([linesAtATime, 2 * linesAtATime + 1, false])
  while (!reader.over) await reader.next(told.ask)
  expect(told.bodies.map(({ form }) => form?.kind)).toEqual([undefined, undefined, 'lines'])
  expect(told.bodies.map(({ region }) => region)).toEqual(['cn', 'cn', 'cn'])
  expect(reader.reading.lines.at(-1)).toMatchObject({ number: 2 * linesAtATime + 1, text: 'b@b.c:pw' })
})

test('a table’s head stands in the first slice, and is the form of the others', async () => {
  const form = { kind: 'table' as const, separator: ',', columns: ['email', 'password'] }
  const told = service(() => ({ form, fault: null, items: [] }))
  const { reading } = await read({ credentials: `email,password${'\n'.repeat(linesAtATime)}a@b.c,pw` }, told)
  expect(told.bodies.map((body) => body.form)).toEqual([undefined, form])
  expect(reading.form).toEqual(form)
})

test('an e-mail address stands for one account over all slices; the first line wins', async () => {
  const credentials = `a@b.c:one\nÄ@b.c:x\n${'\n'.repeat(linesAtATime)}A@B.C:two\nä@b.c:x\nbad`
  const { reading } = await read({ credentials })
  expect(reading).toMatchObject({ accounts: 3, duplicates: 1, faults: 1 })
  expect(reading.lines.map(({ sameAs }) => sameAs)).toEqual([null, null, 1, null, null])
  expect(toSend(reading).map(({ number }) => number)).toEqual([1, 2, linesAtATime + 4])
})

test('what the pool knows is told', async () => {
  const told = service((body) => dryRun(body, ['a@b.c']))
  const { reading } = await read({ credentials: 'a@b.c:pw\nb@b.c:pw' }, told)
  expect(reading.lines.map(({ known }) => known)).toEqual([true, false])
})

test('a column of sessions goes along whole, and each line knows its own', async () => {
  const told = service()
  const source = { credentials: '#\na@b.c:pw\nb@b.c:pw', session_ids: 'one\r\n\r\nhk-two' }
  const { reading } = await read(source, told)
  expect(told.bodies).toEqual([source])
  expect(reading.lines.map(({ session, hasSession }) => [session, hasSession])).toEqual([
    ['one', true],
    ['hk-two', true],
  ])
  expect((await read({ credentials: 'a@b.c:pw', session_ids: 'one\ntwo' })).reading.fault?.code).toBe('unequal')
})

test('an export is read whole', async () => {
  const form = { kind: 'export' as const, separator: '', columns: [] }
  const told = service(() => ({ form, fault: null, items: [] }))
  const credentials = ` {\n${'\n'.repeat(2 * linesAtATime)}}`
  const { reading } = await read({ credentials }, told)
  expect(told.bodies).toEqual([{ credentials }])
  expect(reading.whole).toBe(credentials)
})

test('a slice that was not answered is asked about again', async () => {
  const told = service()
  const reader = new ImportReader({ ...nothing, credentials: 'a@b.c:pw' })
  await expect(reader.next(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
  expect([reader.done, reader.reading.lines.length]).toEqual([0, 0])
  await reader.next(told.ask)
  expect(reader.over).toBe(true)
})

test('what looks like a region but is none is told of, since it becomes a part of the password', async () => {
  const session = '0123456789abcdef0123456789abcdef'
  const { reading } = await read({
    credentials: [
      `a@b.c:pw:de-${session}`,
      'b@b.c:pw:xx',
      `c@b.c:pw:xx:${session}`,
      'd@b.c:pw:hk',
      'e@b.c:xx',
      'f@b.c:p:w',
    ].join('\n'),
  })
  expect(reading.lines.map(({ unknownRegion }) => unknownRegion)).toEqual(['de', 'xx', 'xx', null, null, null])
  expect(reading).toMatchObject({ accounts: 6, warnings: 3 })
})
