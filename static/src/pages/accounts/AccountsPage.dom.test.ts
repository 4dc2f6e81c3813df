import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { FakeAccounts } from '@/testing/accounts'
import { account, ahead, job, model } from '@/testing/answers'
import { faultOf, Refusal } from '@/testing/fake_service'
import { usePage } from '@/testing/page'

const use = usePage()

test('an account is added, edited and deleted', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [])
  service.on('POST', '/api/accounts', ({ body }) => {
    accounts.items = [account({ id: 7, email: body.email, points: body.points ?? 120, region: body.region ?? 'us' })]
    return accounts.items[0]!
  })
  await page.open('/accounts?email=new')
  await page.find('No accounts match the filters')

  await page.press('Add account')
  const form = await page.dialog('Add account')
  await page.press('Add account', form)
  expect(within(form).getAllByText('Required')).toHaveLength(2)
  await page.fill('Email', 'new@example.com', form)
  await page.fill('Password', 'p:w with spaces', form)
  await page.fill(/^Session ID/, '0123456789abcdef0123456789abcdef', form)
  await page.choose('Region', 'hk', form)
  await page.fill(/^Points/, '33.5', form)
  await page.press('Add account', form)
  await page.said('new@example.com added')
  await page.closed(form)

  await waitFor(() => expect(page.row('new@example.com')).toHaveTextContent('33.5'))
  expect(page.row('new@example.com')).toHaveTextContent('Active')
  expect(service.sent('POST', '/api/accounts')).toEqual([
    {
      email: 'new@example.com',
      password: 'p:w with spaces',
      session_id: '0123456789abcdef0123456789abcdef',
      region: 'hk',
      points: 33.5,
    },
  ])

  service.on('PUT', '/api/accounts/{id}', ({ body }) => {
    accounts.change('new@example.com', { points: body.points, region: body.region ?? undefined })
    return accounts.items[0]!
  })
  await page.press('Edit new@example.com')
  const edit = await page.dialog('Edit account')
  expect(page.field('Password', edit)).toHaveValue('')
  await page.fill(/^Points/, '7', edit)
  await page.choose('Region', 'jp', edit)
  await page.press('Save', edit)
  await page.said('new@example.com saved')
  await page.rowShows('new@example.com', 'JP')
  expect(service.sent('PUT', '/api/accounts/{id}')).toEqual([{ points: 7, region: 'jp' }])

  await page.act('new@example.com', 'Delete')
  await page.said('new@example.com deleted')
  await page.rowIsGone('new@example.com')
  expect(service.sent('POST', '/api/accounts/actions')).toEqual([{ action: 'delete', accounts: [7] }])
  await page.press('Undo')
  await page.said('1 account restored')
  await page.rowShows('new@example.com', 'JP')
  expect(service.sent('POST', '/api/accounts/undelete')).toEqual([{ undo: 'back' }])
})

test('what the service refuses is said beside the field, and nothing typed is lost', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'known@example.com' })])
  service.on(
    'POST',
    '/api/accounts',
    new Refusal(409, 'known_email', 'in English', { fields: [faultOf('email', 'email_taken')] }),
  )
  await page.open('/accounts')
  await page.press('Add account')
  const form = await page.dialog('Add account')
  await page.fill('Email', 'known@example.com', form)
  await page.fill('Password', 'secret', form)
  await page.press('Add account', form)
  await within(form).findByText('Already belongs to another account.')
  expect(page.field('Email', form)).toHaveAttribute('aria-invalid', 'true')
  expect(page.field('Password', form)).toHaveValue('secret')
})

test('an account is banned for a time, freed, and banned until further notice', async () => {
  const { page, service } = use
  const email = 'ann@example.com'
  new FakeAccounts(service, [account({ id: 3, email })])
  await page.open('/accounts')

  await page.act(email, 'Ban…')
  const dialog = await page.dialog(`Ban ${email}`)
  await page.fill('Hours', '0', dialog)
  await page.press('Ban account', dialog)
  await within(dialog).findByText('Enter a number of hours greater than 0.')
  expect(service.sent('POST', '/api/accounts/actions')).toEqual([])
  await page.fill('Hours', '2', dialog)
  await page.press('Ban account', dialog)
  await page.said(`${email} banned`)
  await page.rowShows(email, /Banned\s*1:59:\d\d/)

  await page.act(email, 'Unban')
  await page.said(`${email} unbanned`)
  await page.rowShows(email, 'Active')

  await page.act(email, 'Ban…')
  const again = await page.dialog(`Ban ${email}`)
  await page.user.click(page.field('Until unbanned manually', again))
  await page.press('Ban account', again)
  await page.rowShows(email, /Banned\s*until unbanned/)
  expect(service.sent('POST', '/api/accounts/actions')).toEqual([
    { action: 'ban', duration_hours: 2, accounts: [3] },
    { action: 'unban', accounts: [3] },
    { action: 'ban', duration_hours: null, accounts: [3] },
  ])
})

test('an account is disabled and enabled again', async () => {
  const { page, service } = use
  const email = 'ann@example.com'
  new FakeAccounts(service, [account({ id: 3, email })])
  await page.open('/accounts')

  await page.act(email, 'Disable')
  await page.said(`${email} disabled`)
  await page.rowShows(email, 'Disabled')

  await page.act(email, 'Enable')
  await page.said(`${email} enabled`)
  await page.rowShows(email, 'Active')
  expect(service.sent('POST', '/api/accounts/actions')).toEqual([
    { action: 'disable', accounts: [3] },
    { action: 'enable', accounts: [3] },
  ])
})

const range = (text: string | RegExp) => waitFor(() => expect(screen.getByTestId('range')).toHaveTextContent(text))
const filterMenu = (name: string) => within(screen.getByRole('main')).getAllByRole('button', { name })[0]!
const firstRow = () => document.querySelector('[data-row]')

test('filters and order live in the address, survive a reload and go back', async () => {
  const { page, service } = use
  new FakeAccounts(service, [
    account({ id: 1, email: 'ann.t1@example.com', region: 'us', points: 3 }),
    account({ id: 2, email: 'bob.t1@example.com', region: 'hk', points: 1 }),
    account({ id: 3, email: 'cat.t1@example.com', region: 'hk', points: 2 }),
    account({ id: 4, email: 'dan.t1@example.com', region: 'hk', session_id: null, status: 'no_session' }),
    account({ id: 5, email: 'eve.t2@example.com' }),
  ])
  await page.open('/accounts')
  await page.fill('Filter by email', 't1')
  await range('1–4 of 4')

  await page.pick(filterMenu('Region'), 'HK')
  await page.user.keyboard('{Escape}')
  await range('1–3 of 3')
  await page.pick(filterMenu('Status'), 'Active')
  await page.user.keyboard('{Escape}')
  await range('1–2 of 2')

  const head = () => screen.getByRole('columnheader', { name: /^Points/ })
  await page.user.click(within(head()).getByRole('button'))
  await page.isAt(/sort=points/)
  await page.user.click(within(head()).getByRole('button'))
  await waitFor(() => expect(head()).toHaveAttribute('aria-sort', 'descending'))
  await waitFor(() => expect(firstRow()).toHaveTextContent('cat.t1@example.com'))

  await page.reload()
  expect(page.field('Filter by email')).toHaveValue('t1')
  await range('1–2 of 2')
  expect(firstRow()).toHaveTextContent('cat.t1@example.com')
  expect(head()).toHaveAttribute('aria-sort', 'descending')
  expect(page.address).toBe('/accounts?email=t1&region=hk&status=active&sort=points&order=desc')

  for (const address of [/sort=points$/, /status=active$/, /region=hk$/]) {
    page.back()
    await page.isAt(address)
  }
  await range('1–3 of 3')
  await page.press('Clear filters')
  await page.isAt('/accounts')
  expect(page.field('Filter by email')).toHaveValue('')
  await range('1–5 of 5')
})

test('several states and regions at once, room for a model and a limit that is reached are filters too', async () => {
  const { page, service } = use
  const all = [
    account({ id: 1, email: 'ann@example.com', region: 'us' }),
    account({ id: 2, email: 'bob@example.com', region: 'hk', session_id: null, status: 'no_session' }),
    account({ id: 3, email: 'cat@example.com', region: 'cn', points: 0 }),
  ]
  const accounts = new FakeAccounts(service, all)
  service.on('GET', '/api/models', { items: [model({ id: 'nanobanana' }), model({ id: 'nanobananapro' })] })
  await page.open('/accounts?status=active,no_session&region=us,hk')
  await range('1–2 of 2')
  expect(service.callsOf('GET', '/api/accounts').at(-1)!.query).toMatchObject({
    status: 'active,no_session',
    region: 'us,hk',
  })
  await page.press('Clear filters')
  await range('1–3 of 3')

  accounts.items = all.slice(0, 1)
  await page.pick(page.button(/^Has quota for/), 'nanobanana')
  await page.isAt(/available_for=nanobanana$/)
  await range('1–1 of 1')
  expect(page.row('ann@example.com')).toBeVisible()
  accounts.items = []
  await page.press('Limit reached')
  await page.isAt(/at_limit=true/)
  await page.find('No accounts match the filters')
  expect(service.callsOf('GET', '/api/accounts').at(-1)!.query).toMatchObject({
    available_for: 'nanobanana',
    at_limit: 'true',
  })
})

test('columns are chosen, remembered and set back', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'ann@example.com' })])
  await page.open('/accounts')
  const heads = () => screen.getAllByRole('columnheader').map((head) => head.textContent.trim())
  await waitFor(() => expect(heads()).toContain('Calls today'))
  expect(heads()).toEqual(expect.arrayContaining(['Region', 'jimeng-4.0', 'jimeng-4.1']))

  await page.pick(page.button('View'), 'Compact')
  await page.user.click(await page.entry('Region'))
  await page.user.click(await page.entry('jimeng-4.0'))
  await page.user.keyboard('{Escape}')
  await page.reload()
  await waitFor(() => expect(heads()).toContain('jimeng-4.1'))
  expect(heads()).not.toContain('Region')
  expect(heads()).not.toContain('jimeng-4.0')

  await page.pick(page.button('View'), 'Reset view')
  await waitFor(() => expect(heads()).toContain('Region'))
})

test('a row says why its account is out of the pool', async () => {
  const { page, service } = use
  new FakeAccounts(service, [
    account({
      id: 1,
      email: 'ann@example.com',
      status: 'banned',
      is_banned: true,
      ban_until: ahead(3 * 3600),
      status_message: { code: 'account.administrator', params: {} },
    }),
    account({
      id: 2,
      email: 'bob@example.com',
      status: 'no_session',
      session_id: null,
      status_message: { code: 'account.no_session', params: {} },
    }),
    account({
      id: 3,
      email: 'cat@example.com',
      status: 'no_points',
      points: 0,
      status_message: { code: 'account.no_points', params: {} },
    }),
  ])
  await page.open('/accounts')
  await page.rowShows('ann@example.com', /Banned\s*2:59:\d\d\s*By an administrator/)
  await page.rowShows('bob@example.com', 'No session ID')
  await page.rowShows('cat@example.com', 'Can only serve models that need no points')
})

test('pages are turned by the service', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(
    service,
    Array.from({ length: 51 }, (_, at) => account({ id: at + 1, email: `n${at}@example.com` })),
  )
  await page.open('/accounts?size=50')
  await range('1–50 of 51')
  await page.press('Next page')
  await range('51–51 of 51')
  expect(page.button('Next page')).toBeDisabled()
  expect(service.callsOf('GET', '/api/accounts').at(-1)!.query).toMatchObject({ page: '2', size: '50' })

  // The only row of the last page goes away elsewhere: the page before becomes the last.
  accounts.items = accounts.items.slice(0, 50)
  page.comeBack()
  await range('1–50 of 50')
})

test('a pool without any account says how to get one', async () => {
  const { page, service } = use
  new FakeAccounts(service, [])
  await page.open('/accounts')
  await screen.findByRole('heading', { name: 'No accounts yet' })
  await page.press('Import', screen.getByRole('region', { name: 'Accounts' }))
  await page.dialog('Import accounts')
})

test('an unreachable service leaves the last state on the page, marked with its time, and comes back by itself', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, [account({ email: 'ann@example.com', points: 5 })])
  await page.open('/accounts')
  await page.find('Live')

  service.isDown = true
  page.comeBack()
  await page.find(/The server is not responding. Showing the state at \d+:\d\d:\d\d/)
  expect(page.row('ann@example.com')).toBeVisible()
  expect(screen.queryByText('Live')).toBeNull()

  accounts.change('ann@example.com', { points: 77 })
  service.isDown = false
  page.comeBack()
  await page.rowShows('ann@example.com', '77')
  await waitFor(() => expect(screen.queryByText(/The server is not responding./)).toBeNull())
})

test('a page opened while the service is away says so and goes on by itself', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'ann@example.com' })])
  service.isDown = true
  await page.open('/accounts')
  expect(screen.getByRole('alert')).toHaveTextContent('The server is not responding.')
  service.isDown = false
  page.comeBack()
  await page.rowShows('ann@example.com', 'Active')
})

test('accounts are registered from the list of an empty pool, if there is a service for it', async () => {
  const { page, service } = use
  new FakeAccounts(service, [])
  service.on('POST', '/api/jobs', { job: job({ id: 9, kind: 'register' }) })
  service.on('GET', '/api/jobs/{id}', { ...job({ id: 9 }), items_total: 0, page: 1, size: 1, items: [] })
  await page.open('/accounts')
  await page.find('No accounts yet')
  await page.user.click(within(screen.getByRole('main')).getAllByRole('button', { name: 'Register' }).at(-1)!)
  const form = await page.dialog('Register accounts')
  await page.fill('Number of accounts', 'many', form)
  await page.press('Register', form)
  expect(service.sent('POST', '/api/jobs')).toEqual([])
  await page.fill('Number of accounts', '3', form)
  await page.press('Register', form)
  await page.said('Register accounts: job queued.')
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'register', count: 3 }])
})
