import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { FakeAccounts } from '@/testing/accounts'
import { account } from '@/testing/answers'
import { NoAnswer } from '@/testing/fake_service'
import { dryRun } from '@/testing/import_lines'
import { usePage, type Page } from '@/testing/page'

const use = usePage()

const form = { kind: 'lines', separator: ':', columns: [] }
const id = (digit: string) => digit.repeat(32)
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}@example.com:pw`).join('\n')

/** Adds what is sent, but for addresses that it has; a dry run says what it would do. */
function take(accounts: FakeAccounts, body: Schema<'Import'>): Schema<'ImportResult'> | Schema<'ImportReading'> {
  if (body.dry_run)
    return dryRun(
      body,
      accounts.items.map(({ email }) => email),
    )
  const { credentials, region, points } = body
  const emails = credentials.split('\n').flatMap((line) => line.split(':')[0] || [])
  const known = new Set(accounts.items.map(({ email }) => email))
  const fresh = emails.filter((email) => !known.has(email))
  const added = fresh.map((email, at) =>
    account({ id: known.size + at + 1, email, region: region ?? 'us', points: points ?? 120 }),
  )
  accounts.items = [...accounts.items, ...added]
  return {
    message: 'done',
    created_count: fresh.length,
    skipped: { duplicate_in_input: [], duplicate_in_db: emails.filter((email) => known.has(email)) },
    total_skipped: emails.length - fresh.length,
  }
}

async function open(page: Page): Promise<HTMLElement> {
  await page.open('/accounts')
  await page.user.click(screen.getAllByRole('button', { name: 'Import' })[0]!)
  return page.dialog('Import accounts')
}

/** What was sent to be stored. */
const stored = (service: Page['service']) => service.sent('POST', '/api/accounts/bulk').filter((body) => !body.dry_run)

/** Once the lines have been read. */
async function press(page: Page, name: string, dialog: HTMLElement) {
  await waitFor(() => expect(within(dialog).getByRole('button', { name })).toBeEnabled())
  await page.press(name, dialog)
}

const line = (dialog: HTMLElement, number: number) =>
  within(dialog)
    .getAllByRole('row')
    .find((row) => row.firstElementChild?.textContent === String(number))!

test('what was understood stands there before anything is sent; faulty lines are left out only when one agrees', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [account({ email: 'old@example.com' })])
  service.on('POST', '/api/accounts/bulk', ({ body }) => take(accounts, body))
  const dialog = await open(page)
  const sent = () => stored(service)

  const text = [
    '# a comment',
    'one@example.com:geheim',
    'no colon here',
    'old@example.com:geheim',
    `two@example.com:ge:heim:hk:${id('a')}`,
    'one@example.com:geheim',
    'x@y:',
  ]
  await page.fill('Credentials', text.join('\n'), dialog)
  await waitFor(() => expect(line(dialog, 2)).toHaveTextContent('one@example.com'))
  expect(line(dialog, 2)).toHaveTextContent('Default')
  expect(line(dialog, 3)).toHaveTextContent('There is no colon: expected email:password.')
  expect(line(dialog, 4)).toHaveTextContent('An account with this email already exists: unchanged')
  expect(dialog).toHaveTextContent('Fields are separated by :')
  expect(line(dialog, 5)).toHaveTextContent('HK')
  expect(line(dialog, 5)).toHaveTextContent('yes')
  expect(line(dialog, 6)).toHaveTextContent('Same email as line 2')
  expect(line(dialog, 7)).toHaveTextContent('The password is missing.')
  expect(within(dialog).getByRole('table')).not.toHaveTextContent('heim')

  await page.user.click(within(dialog).getByText('Invalid 2'))
  await waitFor(() => expect(within(dialog).getAllByRole('row')).toHaveLength(3))
  await page.user.click(within(dialog).getByText('All 6'))

  await page.choose('Region', 'sg', dialog)
  await waitFor(() => expect(line(dialog, 2)).toHaveTextContent('SG'))
  await page.fill(/^Points/, '9', dialog)
  await press(page, 'Import 3 accounts', dialog)
  expect(within(dialog).getByRole('alert')).toHaveTextContent('choose to skip them')
  expect(sent()).toEqual([])

  await page.user.click(page.field('Skip the 2 invalid lines', dialog))
  await press(page, 'Import 3 accounts', dialog)
  await within(dialog).findByText('2 accounts imported.')
  expect(dialog).toHaveTextContent(/Already exist, unchanged\s*1/)
  expect(dialog).toHaveTextContent(/Duplicates in the text\s*1/)
  expect(dialog).toHaveTextContent(/Invalid, skipped\s*2/)
  expect(sent()).toEqual([{ credentials: [text[1], text[3], text[4]].join('\n'), region: 'sg', points: 9, form }])

  await page.press('Download report', dialog)
  const [[, report]] = (await page.saved(1)) as [[string, string]]
  expect(
    report
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(',').slice(0, 3).join()),
  ).toEqual([
    '\uFEFFline,email,result',
    '2,one@example.com,created',
    '3,,faulty',
    '4,old@example.com,in_pool',
    '5,two@example.com,created',
    '6,one@example.com,duplicate',
    '7,,faulty',
  ])
  expect(report).not.toContain('heim')

  await page.user.click(within(dialog).getAllByRole('button', { name: 'Close' }).at(-1)!)
  await page.rowShows('one@example.com', 'SG')
})

test('session ids go beside the credentials, line by line', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [])
  service.on('POST', '/api/accounts/bulk', ({ body }) => take(accounts, body))
  const dialog = await open(page)
  await page.fill('Credentials', 'one@example.com:pw\ntwo@example.com:pw', dialog)
  await page.fill(/^Session IDs/, id('a'), dialog)
  await within(dialog).findByText(/There are 1 session IDs but 2 lines/)
  await page.fill(/^Session IDs/, `${id('a')}\nhk-${id('b')}`, dialog)
  await press(page, 'Import 2 accounts', dialog)
  await within(dialog).findByText('2 accounts imported.')
  expect(stored(service)).toEqual([
    { credentials: 'one@example.com:pw\ntwo@example.com:pw', session_ids: `${id('a')}\nhk-${id('b')}`, form },
  ])
  await page.user.keyboard('{Escape}')
  await page.rowShows('two@example.com', 'Active')
})

test('an import that fails on the way says what is done, and goes on without loss or doubling', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [])
  let calls = 0
  service.on('POST', '/api/accounts/bulk', ({ body }) => {
    const result = take(accounts, body)
    // The service does the work, and its answer gets lost.
    return !body.dry_run && ++calls === 2 ? new NoAnswer() : result
  })
  const dialog = await open(page)
  await page.fill('Credentials', many(501), dialog)
  await press(page, 'Import 501 accounts', dialog)
  await waitFor(() =>
    expect(within(dialog).getByRole('alert')).toHaveTextContent('500 of 501 accounts done, 1 not sent'),
  )
  await page.press('Resume', dialog)
  await within(dialog).findByText('500 accounts imported.')
  expect(dialog).toHaveTextContent(/Already exist, unchanged\s*1/)
  expect(accounts.items).toHaveLength(501)
})

test('an import can be stopped between two slices and gone on with', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [])
  let release: () => void = () => undefined
  const held = new Promise<void>((resolve) => (release = resolve))
  service.on('POST', '/api/accounts/bulk', async ({ body }) => {
    if (!body.dry_run) await held
    return take(accounts, body)
  })
  const dialog = await open(page)
  await page.fill('Credentials', many(501), dialog)
  await press(page, 'Import 501 accounts', dialog)
  expect(within(dialog).getByRole('progressbar')).toHaveAttribute('aria-valuemax', '501')
  await page.user.keyboard('{Escape}')
  release()
  await waitFor(() => expect(within(dialog).getByRole('alert')).toHaveTextContent('You stopped the import.'))
  expect(within(dialog).getByRole('alert')).toHaveTextContent('500 of 501')
  await page.press('Resume', dialog)
  await within(dialog).findByText('501 accounts imported.')
  expect(accounts.items).toHaveLength(501)
})

test('a service that cannot read the lines is said to, and nothing can be sent', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [])
  let gone = true
  service.on('POST', '/api/accounts/bulk', ({ body }) => (gone ? new NoAnswer() : take(accounts, body)))
  const dialog = await open(page)
  await page.fill('Credentials', 'one@example.com:pw', dialog)
  await waitFor(() => expect(within(dialog).getByRole('alert')).toHaveTextContent('Could not read the lines:'))
  await page.press('Import', dialog)
  expect(stored(service)).toEqual([])

  gone = false
  await page.fill('Credentials', 'two@example.com:pw', dialog)
  await press(page, 'Import 1 account', dialog)
  await within(dialog).findByText('1 account imported.')
  expect(accounts.items.map(({ email }) => email)).toEqual(['two@example.com'])
})

test('what keeps the whole from being read is said in the page’s words', async () => {
  const { page, service } = use
  new FakeAccounts(service, [])
  service.on('POST', '/api/accounts/bulk', {
    form: { kind: 'export', separator: '', columns: [] },
    fault: { code: 'export_sealed', params: {}, message: 'in English', facts: {} },
    items: [],
  })
  const dialog = await open(page)
  await page.fill('Credentials', '{"format": "dreamina-export"}', dialog)
  await waitFor(() => expect(within(dialog).getByRole('alert')).toHaveTextContent('This export is encrypted.'))
})
