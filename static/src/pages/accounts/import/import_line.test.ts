import { expect, test } from 'vitest'

import { emailFault, longestEmail, longestPassword, longestSession, parseLine, type Fault } from './import_line'
import { readImport, type Reading } from './reading'

// The cases of the service's own test (tests/unit/domain/import_line_test.cpp): the two must not drift apart.

const regions = ['us', 'hk', 'jp', 'sg', 'cn']
const a = 'a'.repeat(32)
const b = '0123456789abcdef0123456789abcdef01234567'
/** What a byte that is no UTF-8 becomes when a file is read. */
const broken = '\uDCFF'

const read = (credentials: string, sessions = ''): Reading => readImport(credentials, sessions, regions)
const faultsOf = (reading: Reading) => reading.lines.filter((line) => line.fault)

/** The only fault: its line, kind and what it names. */
function onlyFault(credentials: string, sessions = ''): [number, string, Fault['named']?] | null {
  const [line, ...more] = faultsOf(read(credentials, sessions))
  if (!line?.fault || more.length > 0) return null
  return line.fault.named ? [line.number, line.fault.kind, line.fault.named] : [line.number, line.fault.kind]
}

test.each<[line: string, password: string, region?: string | null, session?: string | null]>([
  ['a@b.c:pw', 'pw'],
  ['a@b.c:p:w', 'p:w'],
  ['a@b.c::', ':'],
  ['a@b.c:pw:', 'pw:'],
  ['a@b.c:p w', 'p w'],
  ['a@b.c:päss', 'päss'],
  ['a@b.c:us', 'us'],
  ['a@b.c:pw:us', 'pw:us'], // a region counts before a session only
  [`a@b.c:pw:${a}`, 'pw', null, a],
  [`a@b.c:p:w:${b}`, 'p:w', null, b],
  [`a@b.c:pw:us:${a}`, 'pw', 'us', a],
  [`a@b.c:p:w::hk:${a}`, 'p:w:', 'hk', a],
  [`a@b.c:us:us:${a}`, 'us', 'us', a],
  [`a@b.c:us:hk:sg:${a}`, 'us:hk', 'sg', a],
  [`a@b.c:pw:usa:${a}`, 'pw:usa', null, a],
  [`a@b.c:pw: us:${a}`, 'pw: us', null, a],
  [`a@b.c:pw:CN:${a}`, 'pw', 'cn', a],
  [`a@b.c:pw:H\u212A:${a}`, 'pw:H\u212A', null, a], // the sign for kelvin is no k
  [`a@b.c:pw:jp-${a}`, 'pw', 'jp', a],
  [`a@b.c:pw:cn:cn-${a}`, 'pw', 'cn', a],
  [`a@b.c:pw:${a.slice(1)}`, `pw:${a.slice(1)}`],
  [`a@b.c:pw:${'A'.repeat(32)}`, `pw:${'A'.repeat(32)}`],
  [`a@b.c:pw:xx-${a}`, `pw:xx-${a}`],
  [`a@b.c:${a}:${b}`, a, null, b],
  [`a@b.c:${a}:pw`, `${a}:pw`],
])('%s', (text, password, region = null, session = null) => {
  expect(parseLine(text, null, regions)).toEqual({ email: 'a@b.c', password, region, session })
})

test('byte order mark, CRLF, trailing blanks, comments and blank lines are accepted', () => {
  const reading = read(`\uFEFF# accounts\r\na@b.c:pw \t\r\n\r\n   \n#x:y\n\nb@b.c:pw:${a}  \r\nc@b.c:pw#1\r`)
  expect(reading).toMatchObject({ accounts: 3, faults: 0, duplicates: 0 })
  expect(reading.lines.map(({ number, email, hasSession }) => [number, email, hasSession])).toEqual([
    [2, 'a@b.c', false],
    [7, 'b@b.c', true],
    [8, 'c@b.c', false],
  ])
  expect(reading.lines.map(({ text }) => text)).toEqual(['a@b.c:pw', `b@b.c:pw:${a}`, 'c@b.c:pw#1'])
})

test('a comment starts at the beginning of its line', () => {
  expect(onlyFault(' #a@b.c')).toEqual([1, 'noColon'])
})

test.each(['', '\n\r\n', '\uFEFF', '# only a comment', ' '])('nothing in, nothing out: %j', (text) => {
  expect(read(text)).toMatchObject({ lines: [], accounts: 0, faults: 0, unequal: null })
})

test.each<[text: string, line: number, kind: string, named?: Fault['named']]>([
  ['no-colon-here', 1, 'noColon'],
  ['# c\n\na@b.c:pw\nx@y.z', 4, 'noColon'],
  [':pw', 1, 'noEmail'],
  ['a@b.c:', 1, 'noPassword'],
  ['a@b.c:  ', 1, 'noPassword'],
  [`a@b.c:${a}`, 1, 'noPasswordButSession'],
  [`a@b.c:us:${a}`, 1, 'noPasswordButSession'],
  [`a@b.c::${a}`, 1, 'noPasswordButSession'],
  ['abc:pw', 1, 'emailAt'],
  ['@b.c:pw', 1, 'emailAt'],
  ['a@:pw', 1, 'emailAt'],
  ['a@b@c:pw', 1, 'emailAt'],
  ['a b@c.d:pw', 1, 'emailBlank'],
  [' a@b.c:pw', 1, 'emailBlank'],
  ['a\t@b.c:pw', 1, 'emailControl'],
  ['a@b.c:p\0w', 1, 'passwordControl'],
  ['a@b.c:p\rw', 1, 'passwordControl'],
  [`a@b.c:p${broken}w`, 1, 'notUtf8'],
  [`a@b.c:pw:us:hk-${a}`, 1, 'regionDiffers', { line: 'US', session: 'HK' }],
  [`${'x'.repeat(longestEmail)}@b.c:pw`, 1, 'emailTooLong', { most: 254 }],
  [`a@b.c:${'p'.repeat(longestPassword + 1)}`, 1, 'passwordTooLong', { most: 1024 }],
  [`a@b.c:${'ä'.repeat(longestPassword / 2 + 1)}`, 1, 'passwordTooLong', { most: 1024 }],
  [`a@b.c:pw:${'a'.repeat(longestSession + 1)}`, 1, 'sessionTooLong', { most: 1024 }],
])('a fault names the line as an editor counts: %#', (text, line, kind, named) => {
  expect(onlyFault(text)).toEqual(named ? [line, kind, named] : [line, kind])
})

test('no fault tells a password or a session', () => {
  const secret = 'hunter2hunter2'
  const lines = [
    `a@b@c:${secret}`,
    secret,
    `:${secret}`,
    `b@b.c:${secret}${broken}`,
    `c@b.c:${secret}\x01`,
    `d@b.c:${secret}:us:hk-${b}`,
  ]
  const faults = faultsOf(read(lines.join('\n')))
  expect(faults).toHaveLength(6)
  for (const { email, region, fault } of faults) {
    expect([email, region]).toEqual([null, null])
    expect(JSON.stringify(fault)).not.toMatch(new RegExp(`${secret}|${b}`))
  }
})

test('an e-mail address stands for one account, however it is written; the first line wins', () => {
  const reading = read('a@b.c:one\nA@B.C:two\nb@b.c:three\na@b.c:four\n')
  expect(reading).toMatchObject({ accounts: 2, duplicates: 2, faults: 0 })
  expect(reading.lines.map(({ sameAs }) => sameAs)).toEqual([null, 1, null, 1])
})

test('as for the database, letters beyond ASCII keep their case', () => {
  expect(read('ä@b.c:one\nÄ@b.c:two').accounts).toBe(2)
})

test('a fault in a line that would be a duplicate is still told', () => {
  expect(onlyFault('a@b.c:one\na@b.c:')).toEqual([2, 'noPassword'])
})

test('session ids stand line by line beside the credentials; comments and blank lines do not count', () => {
  const reading = read('# two\na@b.c:p:w\n\nb@b.c:pw:us\n', `\uFEFF${a}\r\n\r\n# second\r\nhk-${b} \r\n`)
  expect(reading).toMatchObject({ accounts: 2, faults: 0, unequal: null })
  expect(reading.lines.map(({ session, region }) => [session, region])).toEqual([
    [a, null],
    [`hk-${b}`, 'hk'],
  ])
})

test('blank session ids are no session ids', () => {
  expect(read('a@b.c:pw', ' \r\n\n')).toMatchObject({ accounts: 1, faults: 0, unequal: null })
})

test.each([
  ['a@b.c:pw\nb@b.c:pw', a, 1, 2],
  ['a@b.c:pw', `${a}\n${b}`, 2, 1],
  ['', a, 1, 0],
])('as many sessions as lines, or a fault: %#', (credentials, sessions, have, want) => {
  expect(read(credentials, sessions).unequal).toEqual({ sessions: have, credentials: want })
})

test('a session beside a line that has one must be the same', () => {
  const line = `\na@b.c:pw:jp:${a}`
  expect(read(line, a).faults).toBe(0)
  expect(read(line, `jp-${a}`).faults).toBe(0)
  expect(onlyFault(line, b)).toEqual([2, 'sessionDiffers'])
  expect(onlyFault(line, `us-${a}`)).toEqual([2, 'regionDiffers', { line: 'JP', session: 'US' }])
})

test('what cannot be sent as a session is refused, named by both lines', () => {
  expect(onlyFault('#\na@b.c:pw', '\n\nhunter 2')).toEqual([2, 'notSession', { line: 3 }])
  expect(onlyFault('a@b.c:pw', 'us-')).not.toBeNull()
  expect(onlyFault('a@b.c:pw', `${a},${b}`)).not.toBeNull()
})

test('the column of session ids takes session ids of any form', () => {
  expect(read('a@b.c:pw', 'hk-session_id_1').lines[0]).toMatchObject({ fault: null, region: 'hk', hasSession: true })
})

test('a malformed line keeps its place beside the session ids', () => {
  const reading = read('bad\nb@b.c:pw', `${a}\n${b}`)
  expect(reading).toMatchObject({ accounts: 1, faults: 1 })
  expect(reading.lines[1]!.session).toBe(b)
})

test('twenty thousand lines are read', { timeout: 30_000 }, () => {
  const hex = (i: number) => (i % 18_000).toString(16).padStart(32, '0')
  let credentials = ''
  let sessions = ''
  for (let i = 0; i < 20_000; ++i) {
    credentials += `user${i % 18_000}@example.com:pass:word${i}:hk:${hex(i)}\r\n`
    sessions += `hk-${hex(i)}\r\n`
  }
  expect(read(credentials, sessions)).toMatchObject({ accounts: 18_000, duplicates: 2_000, faults: 0 })
})

test('one line of ten megabytes of colons costs one look, not one for each', { timeout: 30_000 }, () => {
  expect(onlyFault(`a@b.c:${':'.repeat(10_000_000)}`)).toEqual([1, 'passwordTooLong', { most: 1024 }])
})

test.each(['a@b', 'first.last+tag@sub.example.com', '用户@例子.cn', `${'x'.repeat(longestEmail - 4)}@b.c`])(
  '%s is an address',
  (email) => {
    expect(emailFault(email)).toBeNull()
  },
)

test.each([
  '',
  'a',
  '@',
  'a@',
  '@b',
  'a@b@c',
  'a b@c',
  'a@b c',
  'a:b@c',
  'a@b\n',
  'a@\x7F',
  'a\0b@c',
  `${'x'.repeat(longestEmail - 3)}@b.c`,
])('%j is none', (email) => expect(emailFault(email)).not.toBeNull())
