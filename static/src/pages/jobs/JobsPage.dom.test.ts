import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { FakeAccounts } from '@/testing/accounts'
import { account, ago, endedJob, job, jobItem, overview, scheduledJob } from '@/testing/answers'
import { Refusal } from '@/testing/fake_service'
import { at, usePage } from '@/testing/page'

const use = usePage()
let jobs: Schema<'Job'>[]
let items: Schema<'JobItem'>[]

beforeEach(() => {
  jobs = []
  items = []
  const one = (id: number) => jobs.find((each) => each.id === Number(id))
  const change = (id: number, changes: Partial<Schema<'Job'>>) => {
    jobs = jobs.map((each) => (each.id === Number(id) ? { ...each, ...changes } : each))
    return { job: one(id)! }
  }
  use.service
    .on('GET', '/api/jobs', ({ query: { state, kind } }) => {
      const found = jobs.filter((each) => (!state || each.state === state) && (!kind || each.kind === kind))
      return { total: found.length, page: 1, size: 50, items: found }
    })
    .on('GET', '/api/jobs/{id}', ({ path, query }) => {
      const found = one(path.id)
      if (!found) return new Refusal(404, 'unknown_job', 'there is no such job')
      const those = items.filter(({ state }) => !query.item_state || state === query.item_state)
      const [page, size] = [Number(query.page), Number(query.size)]
      return { ...found, items_total: those.length, page, size, items: those.slice((page - 1) * size, page * size) }
    })
    .on('POST', '/api/jobs', ({ body }) => {
      const made = job({ id: jobs.length + 1, kind: body.kind, scope: 'accounts' in body ? 'all' : null })
      jobs = [made, ...jobs]
      return { job: made }
    })
    .on('POST', '/api/jobs/{id}/cancel', ({ path }) => change(path.id, { state: 'cancelled', ended_at: ago(0) }))
    .on('POST', '/api/jobs/{id}/retry', ({ path }) => {
      const made = job({ id: 99, kind: one(path.id)!.kind, retry_of: Number(path.id) })
      jobs = [made, ...jobs]
      return { job: made }
    })
})

function end(id: number, changes: Partial<Schema<'Job'>> = {}) {
  jobs = jobs.map((each) =>
    each.id === id ? { ...each, state: 'done', started_at: ago(9), ended_at: ago(1), ...changes } : each,
  )
  use.page.comeBack()
}

async function order(kind: string): Promise<HTMLElement> {
  const { page } = use
  await page.user.click(screen.getAllByRole('button', { name: 'New job' })[0]!)
  const dialog = await page.dialog('New job')
  await page.choose('Job type', kind, dialog)
  return dialog
}

test('a job is ordered, watched and told of when it ends, wherever one is then', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ id: 3, email: 'ann@example.com' })])

  await page.open('/jobs')
  const dialog = await order('Check sessions')
  await page.press('Run job', dialog)
  await page.closed(dialog)
  await page.said('Check sessions: job queued.')
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'session_check', accounts: 'all' }])

  await page.goTo('Accounts')
  items = [
    jobItem({
      account_id: 3,
      email: 'ann@example.com',
      state: 'done',
      result_message: { code: 'job.live', params: {} },
    }),
  ]
  end(1, { total: 1, done: 1 })
  await page.said(/Check sessions: done/)
  await page.user.click(screen.getAllByRole('button', { name: 'View job' }).at(-1)!)
  const panel = await page.dialog(/Job \d+: Check sessions/)
  await waitFor(() => expect(panel).toHaveTextContent('All accounts'))
  expect(panel).toHaveTextContent('Administrator')
  expect(within(panel).getByRole('table')).toHaveTextContent('Valid')
})

test('what failed can be looked at alone, tried again, and leads to its account', async () => {
  const { page, service } = use
  jobs = [endedJob({ id: 5, kind: 'points_update', total: 2, done: 2, failed: 1 })]
  items = [
    jobItem({
      account_id: 3,
      email: 'ann@example.com',
      state: 'done',
      result_message: { code: 'job.points', params: { points: 120 } },
    }),
    jobItem({
      account_id: 4,
      email: 'bad@example.com',
      state: 'failed',
      error_message: { code: 'upstream.code_because', params: { code: -2001, reason: 'no' } },
    }),
  ]
  await page.open('/jobs/5')
  const panel = await page.dialog('Job 5: Refresh points')
  const rows = () => page.rows('', within(panel).getByRole('table'))
  await waitFor(() => expect(rows()).toHaveLength(3))
  expect(panel).toHaveTextContent('2 of 2 done, 1 failed')
  expect(page.row('ann@example.com', panel)).toHaveTextContent('120 points')
  await page.user.click(page.field('Failed only', panel))
  await waitFor(() => expect(rows()).toHaveLength(2))
  expect(service.callsOf('GET', '/api/jobs/{id}').at(-1)!.query).toMatchObject({ item_state: 'failed' })
  expect(page.row('bad@example.com', panel)).toHaveTextContent('The upstream returned -2001')
  expect(within(panel).getByRole('link', { name: 'bad@example.com' })).toHaveAttribute(
    'href',
    at('/accounts?account=4'),
  )

  await page.press('Retry failed', panel)
  await page.said('Created a job to retry the failed items.')
  end(99, { total: 1, done: 1 })
  await page.said('Refresh points: done.')
  expect(service.callsOf('POST', '/api/jobs/{id}/retry').map(({ path }) => path)).toEqual([{ id: '5' }])
})

test('accounts by the hundred are read page by page', async () => {
  const { page } = use
  jobs = [endedJob({ id: 5, total: 150, done: 150 })]
  items = Array.from({ length: 150 }, (_, n) => jobItem({ account_id: n + 1, email: `n${n}@example.com` }))
  await page.open('/jobs/5')
  const panel = await screen.findByRole('dialog')
  await waitFor(() => expect(panel).toHaveTextContent('150 of 150 done, 0 failed'))
  within(panel).getByText('1–100 of 150')
  await page.press('Next page', panel)
  await within(panel).findByText('101–150 of 150')
  await waitFor(() => expect(page.rows('', within(panel).getByRole('table'))).toHaveLength(51))
})

test('new accounts are registered, and a job can be cancelled', async () => {
  const { page, service } = use
  await page.open('/jobs')
  const dialog = await order('Register accounts')
  await page.fill('Number of accounts', '0', dialog)
  await page.press('Run job', dialog)
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('Enter a whole number from 1 to 100.')
  expect(service.sent('POST', '/api/jobs')).toEqual([])
  await page.fill('Number of accounts', '2', dialog)
  await page.press('Run job', dialog)
  await page.closed(dialog)
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'register', count: 2 }])

  await page.rowShows('Register accounts', 'Queued')
  within(page.row('Register accounts')).getByRole('progressbar')
  await page.user.click(within(page.row('Register accounts')).getByRole('link'))
  const panel = await page.dialog(/Job \d+: Register accounts/)
  await waitFor(() => expect(panel).toHaveTextContent(/Running|Queued/))
  items = [1, 2].map((id) =>
    jobItem({ account_id: id, email: `n${id}@example.com`, result_message: { code: 'job.registered', params: {} } }),
  )
  end(1, { total: 2, done: 2 })
  await waitFor(() => expect(page.rows('', within(panel).getByRole('table'))).toHaveLength(3))
  expect(within(panel).getByRole('table')).toHaveTextContent('Registered')

  jobs = [job({ id: 7, kind: 'register', count: 1 })]
  await page.open('/jobs/7')
  const waiting = await page.dialog(/Job 7/)
  await page.user.click(await within(waiting).findByRole('button', { name: 'Cancel job' }))
  await page.said('Job cancelled.')
  await waitFor(() => expect(waiting).toHaveTextContent('Cancelled'))
})

test('without a register service the dialog leads to the settings', async () => {
  const { page, service } = use
  const { first_steps } = overview()
  service.on('GET', '/api/overview', overview({ first_steps: { ...first_steps, register_service_configured: false } }))
  await page.open('/jobs')
  const dialog = await order('Register accounts')
  const link = within(await within(dialog).findByRole('alert')).getByRole('link', { name: 'settings' })
  expect(link).toHaveAttribute('href', at('/settings'))
})

test('filters live in the address', async () => {
  const { page } = use
  jobs = [
    endedJob({ id: 3 }),
    endedJob({ id: 2, kind: 'points_update' }),
    job({ id: 1, state: 'running', started_at: ago(3) }),
  ]
  const menu = (name: string) => within(screen.getByRole('main')).getByRole('button', { name })
  await page.open('/jobs')
  await page.pick(menu('Type'), 'Check sessions')
  await page.isAt('/jobs?kind=session_check')
  await page.pick(menu('State'), 'Done')
  await page.isAt('/jobs?state=done&kind=session_check')
  await waitFor(() => expect(page.rows()).toHaveLength(2))
  expect(screen.getAllByRole('link', { name: /Open job 3/ })).toHaveLength(1)
  await page.open('/jobs/999999999')
  expect(await screen.findByRole('dialog')).toHaveTextContent('Job not found')
})

test('the schedule shows every timed job and has one run now', async () => {
  const { page, service } = use
  const scheduler = { running: true, beat_at: ago(1) }
  let prune = scheduledJob({ name: 'prune', when_message: { code: 'schedule.daily_at', params: { time: '03:00' } } })
  service
    .on('GET', '/api/schedule', () => ({
      scheduler,
      items: [
        prune,
        scheduledJob({
          name: 'auto_register',
          enabled: false,
          waits_for_message: { code: 'schedule.setting_off', params: { setting: 'AUTO_REGISTER_ENABLED' } },
        }),
      ],
    }))
    .on('POST', '/api/schedule/{name}/run', ({ path: { name } }) => {
      prune = {
        ...prune,
        outcome: 'ok',
        duration_ms: 3,
        last_started_at: ago(0),
        result_message: {
          code: 'schedule.pruned',
          params: {
            jobs_removed: 2,
            requests: 0,
            before: '2026-10-30',
            logins: 1,
            audit_rows: 0,
            audit_before: '2026-10-30',
            hours: 0,
          },
        },
      }
      return { message: 'done', name, scheduler }
    })
  await page.open('/jobs')
  await page.user.click(screen.getByRole('link', { name: 'Schedule' }))
  await page.isAt('/jobs?view=schedule')
  await page.rowShows('Prune old data', 'Daily at 03:00')
  await page.press('Run now: Prune old data')
  await page.press('Run now', await page.dialog('Run “Prune old data” now?', 'alertdialog'))
  await page.said('Prune old data: starting within a second.')
  await page.rowShows('Prune old data', 'Done')
  expect(page.row('Prune old data')).toHaveTextContent(/Removed \d+ jobs/)
  expect(page.row('Register accounts automatically')).toHaveTextContent('Off (AUTO_REGISTER_ENABLED is off)')
  expect(screen.getByRole('link', { name: 'Off (AUTO_REGISTER_ENABLED is off)' })).toHaveAttribute(
    'href',
    at('/settings#setting-AUTO_REGISTER_ENABLED'),
  )
})
