import { expect, test } from 'vitest'

import { readImport } from './reading'
import { reportOf } from './report'

test('every line of the text has its row, and no row a secret', () => {
  const reading = readImport(
    'a@b.c:geheim\n# c\n=1+1@b.c:geheim\nA@b.c:geheim\ngeheim\n"x,y"@b.c:geheim\nz@b.c:geheim',
    '',
    ['us'],
  )
  const report = reportOf(
    reading,
    new Map([
      [1, 'created'],
      [3, 'known'],
      [6, 'perhapsNow'],
    ]),
    (result, line) => (line.fault ? line.fault.kind : result === 'duplicate' ? `line ${line.sameAs}` : ''),
  )
  expect(report.split('\r\n')).toEqual([
    '\uFEFFline,email,result,reason',
    '1,a@b.c,created,',
    "3,'=1+1@b.c,in_pool,",
    '4,A@b.c,duplicate,line 1',
    '5,,faulty,noColon',
    '6,"""x,y""@b.c",in_pool,',
    '7,z@b.c,not_sent,',
    '',
  ])
  expect(report).not.toContain('geheim')
})
