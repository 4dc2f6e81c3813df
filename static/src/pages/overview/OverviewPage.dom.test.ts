import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { setLocale } from '@/i18n'
import { FakeAccounts } from '@/testing/accounts'
import { account, ago, ahead, health, job, overview, stats } from '@/testing/answers'
import { at, usePage } from '@/testing/page'

const use = usePage()
const card = (name: string) => screen.getByRole('region', { name })

test('the overview tells the pool in numbers, and each number leads to what it counts', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'bob@example.com', session_id: null, status: 'no_session' })])
  await page.open('/')
  await waitFor(() => expect(document.title).toMatch(/Overview/))

  const figure = (name: string | RegExp) =>
    within(screen.getByRole('list', { name: 'Pool' })).getByRole('link', { name })
  expect(figure(/^No session/)).toHaveTextContent(/No session[1-9]/)
  for (const [name, address] of [
    [/^Accounts/, '/accounts'],
    [/^Banned/, '/accounts?status=banned'],
    [/^Session expired/, '/accounts?status=session_expired'],
    [/^Limit reached/, '/accounts?at_limit=true'],
  ] as const)
    expect(figure(name)).toHaveAttribute('href', at(address))
  const left = within(card('Calls left today'))
  expect(left.getByRole('link', { name: 'jimeng-4.0' })).toHaveAttribute(
    'href',
    at('/accounts?available_for=jimeng-4.0'),
  )
  left.getByRole('progressbar', { name: 'Calls left today for jimeng-4.0' })

  await page.user.click(figure(/^No session/))
  await page.isAt('/accounts?status=no_session')
})

test('requests of the last hour are counted by outcome and by model, drawn or as a table', async () => {
  const { page, service } = use
  service.on('GET', '/api/stats', ({ query }) =>
    stats(query.by === 'hour' ? 'hour' : 'minute', { model: 'jimeng-4.5', outcome: 'no_account', requests: 3 }),
  )
  await page.open('/')
  const requests = card('Requests')
  await within(requests).findByRole('img', { name: /Requests by outcome: Last hour/ })

  await page.press('Model', requests)
  const model = () => within(requests).getByRole('link', { name: /^jimeng-4\.5 ?\d/ })
  expect(model().getAttribute('href')).toMatch(new RegExp(`^${at('/requests')}\\?model=jimeng-4\\.5&from=\\d{4}-`))
  await page.press('Day', requests)
  await within(requests).findByRole('img', { name: /Requests by model: Last day/ })
  expect(model()).toBeVisible()

  await page.press('Show as a table', requests)
  const table = await within(requests).findByRole('table')
  within(table).getByRole('columnheader', { name: 'jimeng-4.5' })
  expect(page.rows('', table)).toHaveLength(25)
  expect(requests.querySelectorAll('canvas')).toHaveLength(0)
})

test('the upstream is tested where its state stands', async () => {
  const { page, service } = use
  service.on('POST', '/api/settings/test', {
    ok: true,
    code: 'ok',
    result_message: { code: 'upstream.found.jimeng_api', params: { version: '1.6.3' } },
    message: 'it answers',
    upstream: 'jimeng-api',
    version: '1.6.3',
    instead: null,
    http_status: 200,
    duration_ms: 12,
  })
  await page.open('/')
  const upstream = card('Upstream')
  await page.press('Test', upstream)
  await waitFor(() =>
    expect(within(upstream).getByRole('status')).toHaveTextContent(/^The upstream is responding.*Took .+\.$/),
  )
  expect(service.sent('POST', '/api/settings/test')).toEqual([{ what: 'upstream' }])
})

test('an upstream that is down says since when, and counts down to its next probe', async () => {
  const { page, service } = use
  service.on(
    'GET',
    '/api/overview',
    overview({ upstream: { state: 'open', since: ago(300), next_probe_at: ahead(95), failed_probes: 3 } }),
  )
  await page.open('/')
  const upstream = card('Upstream')
  expect(upstream).toHaveTextContent('Down: rejecting requests')
  expect(upstream).toHaveTextContent(/Started\s+5 min\. ago · failed probes: 3/)
  expect(upstream).toHaveTextContent(/Next probe in 0:01:3\d/)
})

test('a timed job runs when it is told to', async () => {
  const { page, service } = use
  service.on('POST', '/api/schedule/{name}/run', ({ path: { name } }) => ({
    message: 'done',
    name,
    scheduler: { running: true, beat_at: ago(1) },
  }))
  await page.open('/')
  const ran = () => service.callsOf('POST', '/api/schedule/{name}/run').length
  await page.press('Run now: Prune old data', card('Schedule'))
  // What cannot be undone is asked for twice.
  const asked = await page.dialog('Run “Prune old data” now?', 'alertdialog')
  expect(ran()).toBe(0)
  await page.press('Run now', asked)
  await page.said('Prune old data: starting within a second.')
  expect(service.callsOf('POST', '/api/schedule/{name}/run').map(({ path }) => path)).toEqual([{ name: 'prune' }])
})

test('the schedule says which time zone it goes by; one that does not exist wants attention', async () => {
  const { page, service } = use
  const zone = (state: 'ok' | 'fault', code: string, facts: Record<string, string>) =>
    service.on(
      'GET',
      '/api/health',
      health({ name: 'time_zone', state, code, params: facts, facts: {}, message: '', advice: null }),
    )
  zone('ok', 'ok', { zone: 'Asia/Shanghai', offset: '+08:00' })
  await page.open('/')
  await waitFor(() => expect(card('Schedule')).toHaveTextContent('Time zone: Asia/Shanghai (UTC+08:00)'))
  expect(screen.queryByRole('region', { name: 'Needs attention' })).toBeNull()

  zone('fault', 'unknown', { zone: 'Asia/Shangai', offset: '+00:00' })
  await page.open('/')
  await waitFor(() =>
    expect(card('Needs attention')).toHaveTextContent('TZ is “Asia/Shangai”, which is not a known time zone'),
  )
  expect(card('Schedule')).toHaveTextContent('Time zone: Asia/Shangai (UTC+00:00)')
})

test('jobs that run show how far they are', async () => {
  const { page, service } = use
  const running = job({ id: 4711, kind: 'points_update', state: 'running', total: 40, done: 10, failed: 2 })
  service.on('GET', '/api/overview', overview({ jobs: { queued: 3, running: 1, items: [running] } }))
  await page.open('/')
  const jobs = card('Jobs')
  expect(within(jobs).getByRole('link', { name: 'Refresh points' })).toHaveAttribute('href', at('/jobs/4711'))
  expect(jobs).toHaveTextContent('10 of 40')
  expect(within(jobs).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '10')
  expect(jobs).toHaveTextContent('3 queued')
})

const neverRan = {
  name: 'scheduler',
  state: 'fault',
  code: 'never_ran',
  params: {},
  facts: {},
  message: 'in English',
  advice: null,
} as const

test('what is wrong is said first, with what to do', async () => {
  const { page, service } = use
  const moon = {
    name: 'moon' as never,
    state: 'warning',
    code: 'full',
    params: {},
    facts: {},
    message: 'the moon is full',
    advice: 'wait',
  } as const
  const disk = {
    name: 'disk',
    state: 'warning',
    code: 'low_space',
    params: { free_bytes: 512_000_000 },
    facts: {},
    message: '',
    advice: null,
  } as const
  service.on('GET', '/api/health', health(disk, neverRan, moon))
  await page.open('/')
  const rows = within(await screen.findByRole('region', { name: 'Needs attention' })).getAllByRole('listitem')
  expect(rows).toHaveLength(3)
  expect(rows[0]).toHaveTextContent(/Fault.*The scheduler has not run yet\..*Start dreamina-scheduler/)
  expect(rows[1]).toHaveTextContent(/Warning.*Only 512 MB free.*BACKUP_KEEP/)
  expect(rows[2]).toHaveTextContent(/Warning.*the moon is full wait/)
})

test('the service’s findings are told in Chinese', async () => {
  const { page, service } = use
  setLocale('zh-CN')
  service.on('GET', '/api/health', health(neverRan))
  await page.open('/')
  screen.getByRole('heading', { level: 1, name: '概览' })
  await waitFor(() => expect(card('需要关注')).toHaveTextContent('调度程序还没有运行过。'))
})

test('an unreachable service leaves the last figures on the page, marked as old', async () => {
  const { page, service } = use
  await page.open('/')
  await page.find('Live')
  service.isDown = true
  page.comeBack()
  await page.find(/The server is not responding/)
  expect(screen.getByRole('list', { name: 'Pool' })).toBeVisible()
})
