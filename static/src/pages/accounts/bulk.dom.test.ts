import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { FakeAccounts } from '@/testing/accounts'
import { account, job } from '@/testing/answers'
import { FileAnswer, Refusal } from '@/testing/fake_service'
import { usePage } from '@/testing/page'

const use = usePage()

const names = ['ann', 'bob', 'cat', 'dan', 'eve']
const five = () => names.map((name, at) => account({ id: at + 1, email: `${name}@example.com` }))
const box = (name: string) => screen.getByRole('checkbox', { name: `Select ${name}@example.com` })
const selected = (text: string) => waitFor(() => expect(screen.getByTestId('selected')).toHaveTextContent(text))

test('rows are chosen one by one and in ranges, which a refresh leaves as it is', async () => {
  const { page, service } = use
  const accounts = new FakeAccounts(service, five())
  await page.open('/accounts?sort=email')

  await page.user.click(box('bob'))
  await page.user.keyboard('{Shift>}')
  await page.user.click(box('dan'))
  await page.user.keyboard('{/Shift}')
  await selected('3 selected')
  await page.user.click(box('cat'))
  await selected('2 selected')
  accounts.change('bob@example.com', { points: 777 })
  page.comeBack()
  await page.rowShows('bob@example.com', '777')
  expect(box('bob')).toBeChecked()
  expect(box('cat')).not.toBeChecked()

  await page.press('Select all 5')
  await selected('5 selected')
  await page.user.click(box('ann'))
  await selected('4 selected')
  await page.fill('Filter by email', 'ann')
  await waitFor(() => expect(screen.queryByTestId('selected')).toBeNull())
})

test('the same is done to all that are selected, and what was deleted comes back', async () => {
  const { page, service } = use
  new FakeAccounts(service, five())
  service.on('POST', '/api/jobs', { job: job({ id: 9, kind: 'session_refresh' }) })
  service.on('GET', '/api/jobs/{id}', { ...job({ id: 9 }), items_total: 0, page: 1, size: 1, items: [] })
  await page.open('/accounts?sort=email')
  await page.user.click(screen.getByRole('checkbox', { name: 'Select all' }))
  await page.user.click(box('eve'))
  const bar = screen.getByRole('toolbar', { name: 'Selected accounts' })
  const orders = () => service.sent('POST', '/api/accounts/actions')

  await page.press('Ban…', bar)
  const ban = await page.dialog('Ban 4 accounts')
  await page.fill('Hours', '3', ban)
  await page.press('Ban accounts', ban)
  await page.said('4 accounts banned')
  await page.rowShows('dan@example.com', /Banned\s*2:59/)
  expect(page.row('eve@example.com')).toHaveTextContent('Active')
  await page.press('Unban', bar)
  await page.said('4 accounts unbanned')

  await page.press('Change region…', bar)
  const region = await page.dialog('Change the region of 4 accounts')
  await page.choose('Region', 'sg', region)
  await page.press('Change region', region)
  await page.said('4 regions changed')
  await page.rowShows('ann@example.com', 'SG')

  await page.press('Refresh sessions', bar)
  await page.said('Refresh sessions: job queued.')
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'session_refresh', accounts: [1, 2, 3, 4] }])

  await page.press('Delete', bar)
  await page.press('Delete accounts', await page.dialog('Delete 4 accounts?', 'alertdialog'))
  await page.said('4 accounts deleted')
  await page.rowIsGone('ann@example.com')
  await waitFor(() => expect(bar).not.toBeInTheDocument())
  await page.press('Undo')
  await page.said('4 accounts restored')
  await page.rowShows('ann@example.com', 'SG')
  expect(orders()).toEqual([
    { action: 'ban', duration_hours: 3, accounts: [1, 2, 3, 4] },
    { action: 'unban', accounts: [1, 2, 3, 4] },
    { action: 'region', region: 'sg', accounts: [1, 2, 3, 4] },
    { action: 'delete', accounts: [1, 2, 3, 4] },
  ])
})

test('an export holds secrets only if the password is typed again', async () => {
  const { page, service } = use
  new FakeAccounts(service, five().slice(0, 2))
  service.on('POST', '/api/accounts/export', ({ body }) =>
    body.password === 'wrong'
      ? new Refusal(403, 'wrong_password', 'the password is wrong')
      : new FileAnswer(`accounts.${body.format}`, 'the file'),
  )
  await page.open('/accounts?email=example')

  await page.press('Export')
  const dialog = await page.dialog('Export accounts')
  expect(page.field('All matching the filters (2)', dialog)).toBeChecked()
  await page.press('Export', dialog)
  expect(await page.saved(1)).toEqual([['accounts.csv', 'the file']])
  expect(service.sent('POST', '/api/accounts/export')).toEqual([{ format: 'csv', accounts: { email: 'example' } }])

  await page.act('ann@example.com', 'Export…')
  const one = await page.dialog('Export accounts')
  await page.user.click(page.field(/^Import format/, one))
  await page.press('Export', one)
  await within(one).findByText('Enter the administrator password.')
  await page.fill('Administrator password', 'wrong', one)
  await page.press('Export', one)
  await within(one).findByText('Wrong password.')
  await page.fill('Administrator password', 'right', one)
  await page.press('Export', one)
  expect((await page.saved(2))[1]).toEqual(['accounts.import', 'the file'])
  expect(service.sent('POST', '/api/accounts/export').slice(1)).toEqual([
    { format: 'import', accounts: [1], password: 'wrong' },
    { format: 'import', accounts: [1], password: 'right' },
  ])
})
