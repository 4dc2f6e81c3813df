import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { FakeAccounts } from '@/testing/accounts'
import { account, ago, loggedRequest, model } from '@/testing/answers'
import { Refusal } from '@/testing/fake_service'
import { usePage } from '@/testing/page'

const use = usePage()
let log: Schema<'LoggedRequest'>[]

/** Ids sort by the time a request came. */
const idOf = (number: number) => String(number).padStart(24, '0')
const request = (number: number, changes: Partial<Schema<'LoggedRequest'>> = {}) =>
  loggedRequest({ id: idOf(number), model: 'm-1', ended_at: ago(0), ...changes })
/** The latest first. */
const requests = (count: number) => Array.from({ length: count }, (_, at) => request(count - at))

beforeEach(() => {
  log = []
  use.service
    .on('GET', '/api/models', { items: [model({ id: 'm-1' })] })
    .on('GET', '/api/keys', { total: 0, page: 1, size: 1000, items: [] })
    .on('GET', '/api/requests', ({ query }) => {
      const found = log.filter(
        (each) =>
          (!query.outcome || each.outcome === query.outcome) &&
          each.attempt_count >= Number(query.min_attempts ?? 0) &&
          (!query.to || each.started_at < query.to) &&
          (!query.cursor || each.id < query.cursor),
      )
      const size = Number(query.size)
      const next = found.length > size ? found[size - 1]!.id : null
      return { size, next_cursor: next, looked_back_to: null, items: found.slice(0, size) }
    })
    .on('GET', '/api/requests/{id}', ({ path }) => {
      const found = log.find(({ id }) => id === path.id)
      return found
        ? { ...found, attempts: [], eligibility, standing: eligibility }
        : new Refusal(404, 'unknown_request', 'there is none')
    })
})

const eligibility: Schema<'Eligibility'> = {
  total: 1,
  counts: {
    disabled: 0,
    without_session: 0,
    other_region: 0,
    without_points: 0,
    at_limit: 1,
    banned: 0,
    busy: 0,
    proxy_unsafe: 0,
  },
  accounts: [{ account_id: 3, email: 'ann@example.com', reason: 'at_limit' }],
  accounts_left_out: 0,
}

const table = () => screen.getByRole('table', { name: 'Requests' })
const count = (rows: number) => waitFor(() => expect(table()).toHaveAttribute('aria-rowcount', String(rows + 1)))

test('why no account could serve it is told', async () => {
  const { page } = use
  log = [
    request(2, { outcome: 'no_account', status: 503, verdict: null, account_id: null, attempt_count: 0 }),
    request(1),
  ]
  await page.open('/requests?model=m-1&outcome=no_account')
  expect(page.rows('m-1')).toHaveLength(1)
  await page.open(`/requests/${idOf(2)}`)
  const panel = await screen.findByRole('dialog')
  const why = await within(panel).findByRole('region', { name: 'Why no account was eligible' })
  expect(why).toHaveTextContent('Daily limit reached')
  expect(panel).toHaveTextContent('Not sent to the upstream.')
})

test('filters live in the address, alone and together', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ id: 3, email: 'ann@example.com' })])
  service.on('GET', '/api/models', { items: [model({ id: 'm-1' })] })
  log = [request(2), request(1, { outcome: 'content_refused', status: 400 })]
  const rows = (number: number) => waitFor(() => expect(page.rows('m-1', table())).toHaveLength(number))
  const asked = () => service.callsOf('GET', '/api/requests').at(-1)!.query
  const menu = (name: string) => within(screen.getByRole('main')).getByRole('button', { name })

  await page.open('/requests?model=m-1')
  await rows(2)
  await page.pick(menu('Outcome'), 'Content refused')
  await page.isAt('/requests?outcome=content_refused&model=m-1')
  await rows(1)
  expect(asked()).toMatchObject({ outcome: 'content_refused', model: 'm-1' })
  await page.pick(menu('Time'), 'Last hour')
  await page.isAt(/last=hour/)
  await rows(1)
  await waitFor(() => expect(Date.now() - Date.parse(asked().from!)).toBeLessThanOrEqual(3_700_000))

  await page.press('Clear filters')
  await page.isAt('/requests')
  await page.press('More filters')
  const more = await page.dialog('More filters')
  await page.fill('Minimum attempts', '2', more)
  await page.isAt('/requests?min_attempts=2')
  await page.fill('Status sent to the client', '99', more)
  expect(await within(more).findByRole('alert')).toHaveTextContent('Enter a whole number from 100 to 599.')
  await page.fill('Account', 'ann@example.com', more)
  await page.isAt('/requests?account_id=3&min_attempts=2')
  await page.find('No requests match the filters')
  expect(asked()).toMatchObject({ account_id: '3', min_attempts: '2' })
  await page.user.keyboard('{Escape}')
  await page.press('Remove filter: Attempts at least 2')
  await rows(2)

  await page.open('/requests?model=m-1&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z')
  await page.find('No requests match the filters')
  expect(asked()).toMatchObject({ from: '2020-01-01T00:00:00.000Z', to: '2020-01-02T00:00:00.000Z' })
  await page.press(/Remove filter: Until/)
  await rows(2)
})

test('while one reads, new requests wait behind a button', async () => {
  const { page } = use
  log = requests(40)
  const comes = () => {
    log = [request(log.length + 1), ...log]
    page.comeBack()
  }
  const fresh = () => screen.queryByRole('button', { name: /^\d+ new$/ })
  const news = (text: string) => waitFor(() => expect(fresh()).toHaveTextContent(text))
  await page.open('/requests?model=m-1')
  await count(40)

  await page.press('Pause')
  comes()
  await news('1 new')
  await count(40)
  await page.user.click(fresh()!)
  await count(41)
  await waitFor(() => expect(fresh()).toBeNull())

  await page.press('Resume')
  const list = screen.getByRole('group', { name: 'Requests' })
  list.scrollTo(0, 200)
  await waitFor(() => expect(list.scrollTop).toBe(200))
  comes()
  await news('1 new')
  comes()
  await news('2 new')
  expect(list.scrollTop).toBe(200)
  await page.user.click(fresh()!)
  await count(43)
  expect(list.scrollTop).toBe(0)
})

test('what is older is fetched on the way down', async () => {
  const { page, service } = use
  log = requests(120)
  await page.open('/requests?model=m-1')
  await screen.findByRole('button', { name: 'Load more' })
  expect(table()).toHaveAttribute('aria-rowcount', '-1')
  screen.getByRole('group', { name: 'Requests' }).scrollTo(0, 100 * 36)
  await page.find(/End of log/)
  await count(120)
  expect(service.callsOf('GET', '/api/requests').at(-1)!.query).toMatchObject({ cursor: idOf(21) })
})

test('a request that is not in the log is told of as such', async () => {
  const { page } = use
  await page.open(`/requests/${idOf(0)}`)
  const panel = await screen.findByRole('dialog')
  await waitFor(() => expect(panel).toHaveTextContent('This request is not in the log'))
})
