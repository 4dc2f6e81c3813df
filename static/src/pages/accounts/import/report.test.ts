import { expect, test } from 'vitest'

import { dryRun } from '@/testing/import_lines'

import { ImportReader } from './reading'
import { reportOf } from './report'

test('every line of the text has its row, and no row a secret', async () => {
  const credentials = 'a@b.c:geheim\n# c\n=1+1@b.c:geheim\nA@b.c:geheim\ngeheim\n"x,y"@b.c:geheim\nz@b.c:geheim'
  const reader = new ImportReader({ credentials, session_ids: '', region: '' })
  await reader.next(async (body) => dryRun(body))
  const { reading } = reader
  const report = reportOf(
    reading,
    new Map([
      [1, 'created'],
      [3, 'known'],
      [6, 'perhapsNow'],
    ]),
    (result, line) => (line.fault ? line.fault.code : result === 'duplicate' ? `line ${line.sameAs}` : ''),
  )
  expect(report.split('\r\n')).toEqual([
    '\uFEFFline,email,result,reason',
    '1,a@b.c,created,',
    "3,'=1+1@b.c,in_pool,",
    '4,A@b.c,duplicate,line 1',
    '5,,faulty,no_colon',
    '6,"""x,y""@b.c",in_pool,',
    '7,z@b.c,not_sent,',
    '',
  ])
  expect(report).not.toContain('geheim')
})
