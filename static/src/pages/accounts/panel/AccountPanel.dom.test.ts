import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { FakeAccounts } from '@/testing/accounts'
import { account, ago, auditRow, job, loggedRequest } from '@/testing/answers'
import { Refusal } from '@/testing/fake_service'
import { at, usePage, type Page } from '@/testing/page'

const use = usePage()
const email = 'ann@example.com'

/** One account, and nothing that ever became of it. */
function ann(changes: Partial<Schema<'Account'>> = {}): FakeAccounts {
  const accounts = new FakeAccounts(use.service, [account({ id: 3, email, ...changes })])
  use.service
    .on(
      'GET',
      '/api/accounts/{id}',
      () => accounts.items[0] ?? new Refusal(404, 'unknown_account', 'there is no such account'),
    )
    .on('GET', '/api/accounts/{id}/usage', { days: [] })
    .on('GET', '/api/requests', { size: 100, next_cursor: null, looked_back_to: null, items: [] })
    .on('GET', '/api/jobs', { total: 0, page: 1, size: 20, items: [] })
    .on('GET', '/api/audit', { size: 50, next_cursor: null, items: [] })
  return accounts
}

async function open(page: Page): Promise<HTMLElement> {
  await page.open('/accounts?email=ann&account=3')
  const panel = await page.dialog(email)
  await within(panel).findByRole('tablist')
  return panel
}

const tab = (page: Page, panel: HTMLElement, name: string) => page.user.click(within(panel).getByRole('tab', { name }))

test('the panel opens by its address, stays over a reload, and closes with its parameter', async () => {
  const { page } = use
  ann({ region: 'hk', points: 12.5 })
  const panel = await open(page)
  expect(panel).toHaveTextContent('HK')
  expect(panel).toHaveTextContent('12.5')
  await within(panel).findByText('No calls in the last 30 days.')

  await page.reload()
  const again = await page.dialog(email)
  await within(again).findByRole('tablist')
  await page.user.keyboard('{Escape}')
  await waitFor(() => expect(again).not.toBeInTheDocument())
  await page.isAt('/accounts?email=ann')
  expect(page.row(email)).toBeVisible()
})

test('the back button closes what was opened from the list, and closing leaves nothing to go back to', async () => {
  const { page } = use
  ann()
  await page.open('/accounts?email=ann')
  await page.user.click(within(page.row(email)).getByRole('link', { name: email }))
  const panel = await page.dialog(email)
  await within(panel).findByRole('tablist')
  await page.isAt('/accounts?email=ann&account=3')
  page.back()
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
  page.forward()
  await within(await page.dialog(email)).findByRole('tablist')
  await page.user.keyboard('{Escape}')
  await page.isAt('/accounts?email=ann')
  // It went back to the list, which is the entry of the history that it came from.
  page.forward()
  await page.isAt('/accounts?email=ann&account=3')
})

test('an account is banned, freed, disabled and deleted from its panel, which tells who changed what', async () => {
  const { page, service } = use
  ann()
  service.on('GET', '/api/audit', {
    size: 50,
    next_cursor: null,
    items: [
      auditRow({ id: 4, action: 'disable' }),
      auditRow({ id: 3, action: 'unban' }),
      auditRow({ id: 2, action: 'ban' }),
      auditRow({ id: 1, action: 'create', new: { email, password: 'set' } }),
    ],
  })
  const panel = await open(page)

  await page.press('Ban…', panel)
  const ban = await page.dialog(`Ban ${email}`)
  await page.fill('Hours', '2', ban)
  await page.press('Ban account', ban)
  await waitFor(() => expect(panel).toHaveTextContent(/Banned\s*1:59:\d\d/))
  expect(panel).toHaveTextContent('Until')
  await page.press('Unban', panel)
  await within(panel).findByRole('button', { name: 'Ban…' })
  await page.press('Disable', panel)
  await within(panel).findByRole('button', { name: 'Enable' })

  await tab(page, panel, 'Changes')
  const changes = () => [...within(panel).getByRole('list', { name: 'Changes' }).children]
  await waitFor(() => expect(changes()).toHaveLength(4))
  expect(changes()[0]).toHaveTextContent('Disabled')
  expect(changes()[3]).toHaveTextContent('Added')
  expect(changes()[3]).toHaveTextContent(email)
  expect(service.callsOf('GET', '/api/audit').at(-1)!.query).toMatchObject({ subject: 'account', subject_id: '3' })

  await page.press('Delete', panel)
  await page.said(`${email} deleted`)
  await within(await page.dialog(/3/)).findByText('Account not found')
})

test('a refresh is ordered from the panel and stands among its jobs', async () => {
  const { page, service } = use
  ann()
  const ordered = job({ id: 9, kind: 'session_refresh', account_id: 3 })
  service
    .on('POST', '/api/jobs', () => {
      service.on('GET', '/api/jobs', { total: 1, page: 1, size: 20, items: [ordered] })
      return { job: ordered }
    })
    .on('GET', '/api/jobs/{id}', { ...ordered, items_total: 1, page: 1, size: 1, items: [] })
  const panel = await open(page)
  await page.press('Refresh session', panel)
  await page.said('Refresh sessions: job queued.')
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'session_refresh', accounts: [3] }])
  await tab(page, panel, 'Jobs')
  const link = await within(panel).findByRole('link', { name: 'Refresh sessions' })
  expect(link).toHaveAttribute('href', at('/jobs/9'))
  expect(service.callsOf('GET', '/api/jobs').at(-1)!.query).toMatchObject({ account_id: '3' })
})

test('the requests that used an account, its use by day, and what went wrong with it', async () => {
  const { page, service } = use
  ann()
  const expired = loggedRequest({ id: 'b'.repeat(24), model: 'm-1', outcome: 'no_account', verdict: 'session_expired' })
  service
    .on('GET', '/api/accounts/{id}/usage', { days: [{ day: '2026-11-25', usage: { 'm-1': 2 } }] })
    .on('GET', '/api/requests', {
      size: 100,
      next_cursor: null,
      looked_back_to: null,
      items: [expired, loggedRequest({ id: 'a'.repeat(24), model: 'm-1' })],
    })
    .on('GET', '/api/requests/{id}', {
      ...expired,
      eligibility: null,
      standing: null,
      attempts: [
        {
          number: 1,
          account_id: 3,
          email,
          region: 'us',
          verdict: 'session_expired',
          status: 200,
          reason: '-2002',
          rule: 'a.session-expired.code',
          rules_version: '1.0',
          sample: null,
          started_at: ago(5),
          duration_ms: 80,
        },
      ],
    })
  const panel = await open(page)
  await within(panel).findByRole('img', { name: /Calls per day and model/ })
  await page.press('Show as a table', panel)
  await within(panel).findByRole('columnheader', { name: 'm-1' })

  await tab(page, panel, 'Requests')
  await waitFor(() => expect(page.rows('m-1', panel)).toHaveLength(2))
  expect(page.rows('m-1', panel)[1]).toHaveTextContent('Success')
  expect(within(panel).getByRole('link', { name: 'All requests of this account' })).toHaveAttribute(
    'href',
    at('/requests?account_id=3'),
  )
  expect(service.callsOf('GET', '/api/requests').at(-1)!.query).toMatchObject({ account_id: '3' })

  await tab(page, panel, 'Errors')
  const errors = await within(within(panel).getByRole('tabpanel', { name: 'Errors' })).findAllByRole('listitem')
  expect(errors).toHaveLength(1)
  await waitFor(() => expect(errors[0]).toHaveTextContent('-2002'))
})

test('an account that is not there is said to be gone', async () => {
  const { page } = use
  ann().items = []
  await page.open('/accounts?account=3')
  await within(await screen.findByRole('dialog')).findByText('Account not found')
  await page.user.keyboard('{Escape}')
  await page.isAt('/accounts')
})
