import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { ago, apiKey, delivery, generation, loggedRequest, model } from '@/testing/answers'
import { FileAnswer, Refusal } from '@/testing/fake_service'
import { at, usePage } from '@/testing/page'

const use = usePage()
let all: Schema<'Generation'>[]
let details: Partial<Schema<'GenerationDetails'>>
let deliveries: Schema<'WebhookDelivery'>[]

const idOf = (number: number) => `gen_${String(number).padStart(24, '0')}`
const one = (number: number, changes: Partial<Schema<'Generation'>> = {}) =>
  generation({ id: idOf(number), model: 'm-1', ...changes })
const ended = (number: number, changes: Partial<Schema<'Generation'>> = {}) =>
  one(number, { state: 'completed', sent_at: ago(20), ended_at: ago(5), status: 200, progress: 100, ...changes })
const isOpen = ({ state }: Schema<'Generation'>) => state === 'queued' || state === 'in_progress'

beforeEach(() => {
  all = []
  details = {}
  deliveries = []
  const change = (id: string, changes: Partial<Schema<'Generation'>>) => {
    all = all.map((each) => (each.id === id ? { ...each, ...changes } : each))
    return shown(id)
  }
  const shown = (id: string) => {
    const found = all.find((each) => each.id === id)
    return found
      ? { ...found, can_retry: false, answer: null, request: null, ...details }
      : new Refusal(404, 'unknown_generation', 'there is none')
  }
  use.service
    .on('GET', '/api/models', { items: [model({ id: 'm-1' })] })
    .on('GET', '/api/keys', { total: 0, page: 1, size: 1000, items: [] })
    .on('GET', '/api/generations', ({ query }) => {
      const { state, cursor, id } = query as Record<string, string | undefined>
      const found = all
        .filter((each) => (state === 'open' ? isOpen(each) : state === 'ended' ? !isOpen(each) : each.state === state))
        .filter((each) => (!id || each.id === id) && (!cursor || each.request_id < cursor))
        .filter((each) => !query.model || each.model === query.model)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
      const size = Number(query.size)
      const page = found.slice(0, size)
      const count = (wanted: string) => all.filter((each) => each.state === wanted).length
      return {
        size,
        next_cursor: found.length > size ? page.at(-1)!.request_id : null,
        open: { queued: count('queued'), in_progress: count('in_progress') },
        items: page,
      }
    })
    .on('GET', '/api/generations/{id}', ({ path }) => shown(path.id))
    .on('POST', '/api/generations/{id}/cancel', ({ path }) =>
      all.find(({ id }) => id === path.id)?.state === 'queued'
        ? change(path.id, { state: 'cancelled', ended_at: ago(0) })
        : change(path.id, { detached_at: ago(0) }),
    )
    .on('POST', '/api/generations/{id}/retry', ({ path }) => {
      all = [...all, one(99, { retry_of: path.id, queue_position: 1 })]
      return shown(idOf(99))
    })
    .on('GET', '/api/webhook-deliveries', ({ query }) => {
      const items = deliveries.filter(({ generation_id }) => generation_id === query.generation)
      return { total: items.length, page: 1, size: 20, items }
    })
    .on('POST', '/api/webhook-deliveries/{id}/resend', ({ path }) => {
      deliveries = deliveries.map((each) => (each.id === path.id ? { ...each, state: 'pending', attempts: 0 } : each))
      return deliveries.find(({ id }) => id === path.id)!
    })
    .on('DELETE', '/api/generations/{id}', ({ path }) => {
      all = all.filter(({ id }) => id !== path.id)
      return { message: 'generation deleted' }
    })
})

const table = () => screen.getByRole('table', { name: 'Generations' })
const states = () =>
  within(table())
    .getAllByRole('row')
    .map(
      (row) =>
        /In progress$|Queued$|Completed$|Failed$/.exec(
          (row as HTMLTableRowElement).cells[1]?.textContent.trim() ?? '',
        )?.[0],
    )
    .filter(Boolean)

test('what runs and waits stands above what has ended, and moves as it goes on', async () => {
  const { page } = use
  all = [
    ended(1),
    one(2, { state: 'in_progress', sent_at: ago(10), progress: 42, eta_seconds: 35, eta_sample: 200 }),
    one(3, { queue_position: 1, eta_seconds: 95, eta_sample: 200 }),
    one(4, { queue_position: 2 }),
  ]
  await page.open('/generations')
  await waitFor(() => expect(states()).toEqual(['In progress', 'Queued', 'Queued', 'Completed']))
  await page.find('2 queued, 1 in progress')
  expect(page.row('42%', table())).toHaveTextContent('about 35 sec left')
  within(page.row('42%', table())).getByRole('progressbar')
  expect(page.row('Position 1', table())).toHaveTextContent('about 1 min 35 sec left')
  expect(page.row('Position 2', table())).not.toHaveTextContent('left')

  all = all.map((each) => (each.id === idOf(2) ? ended(2, { state: 'failed', error_code: 'upstream_failed' }) : each))
  page.comeBack()
  await waitFor(() => expect(states()).toEqual(['Queued', 'Queued', 'Failed', 'Completed']))
  expect(page.row('The upstream failed.', table())).toHaveTextContent('Failed')
})

test('who has none yet is told how to ask for one', async () => {
  const { page } = use
  await page.open('/generations')
  await page.find('No generations yet')
  expect(screen.getByLabelText('Example')).toHaveTextContent(
    `curl ${location.origin}/v1/images/generations \\ -H 'Authorization: Bearer YOUR_KEY' -H 'Prefer: respond-async'`,
  )
})

test('filters live in the address, and one is found by its id', async () => {
  const { page, service } = use
  all = [ended(1), ended(2, { state: 'failed' }), one(3)]
  const rows = (number: number) => waitFor(() => expect(page.rows('m-1', table())).toHaveLength(number))
  const menu = (name: string) => within(screen.getByRole('main')).getByRole('button', { name })
  const asked = () => service.callsOf('GET', '/api/generations').at(-1)!.query

  await page.open('/generations?model=m-1')
  await rows(3)
  await page.pick(menu('State'), 'Failed')
  await page.isAt('/generations?state=failed&model=m-1')
  await rows(1)
  expect(asked()).toMatchObject({ state: 'failed', model: 'm-1' })
  await page.press('Clear filters')
  await rows(3)

  await page.user.keyboard('/')
  expect(document.activeElement).toBe(screen.getByLabelText('Search by ID'))
  await page.user.keyboard('gen_1')
  expect(await screen.findByRole('alert')).toHaveTextContent('24 hexadecimal digits')
  await page.fill('Search by ID', idOf(2))
  await page.isAt(`/generations?id=${idOf(2)}`)
  await rows(1)
  await page.fill('Search by ID', idOf(7))
  await page.find('No generations match the filters')
})

test('what is older is fetched on demand', async () => {
  const { page } = use
  all = Array.from({ length: 120 }, (_, number) => ended(number + 1))
  await page.open('/generations')
  await waitFor(() => expect(page.rows('m-1', table())).toHaveLength(100))
  await page.press('Load more')
  await waitFor(() => expect(page.rows('m-1', table())).toHaveLength(120))
  expect(screen.queryByRole('button', { name: 'Load more' })).toBeNull()
  all = [...all, ended(121)]
  page.comeBack()
  await waitFor(() => expect(page.rows('m-1', table())).toHaveLength(121))
})

test('what waits is cancelled and what runs is let go, each after a question that says what it means', async () => {
  const { page, service } = use
  all = [one(1, { state: 'in_progress', sent_at: ago(5) }), one(2, { queue_position: 1 })]
  await page.open(`/generations/${idOf(2)}`)
  const panel = await page.dialog('Generation with m-1')
  await page.press('Cancel', panel)
  const question = await page.dialog('Cancel this generation?', 'alertdialog')
  expect(question).toHaveTextContent('it is not counted')
  await page.press('Cancel generation', question)
  await page.said('Generation cancelled.')
  await waitFor(() => expect(panel).toHaveTextContent('Cancelled'))

  await page.open(`/generations/${idOf(1)}`)
  const running = await page.dialog('Generation with m-1')
  await page.press('Cancel', running)
  const honest = await page.dialog('Detach this generation?', 'alertdialog')
  expect(honest).toHaveTextContent('cannot be stopped: it still counts and costs points')
  await page.press('Detach', honest)
  await page.said('Generation detached. It continues and is counted.')
  await waitFor(() => expect(running).toHaveTextContent('nobody waits for it any more'))
  expect(within(running).queryByRole('button', { name: 'Cancel' })).toBeNull()
  expect(service.callsOf('POST', '/api/generations/{id}/cancel').map(({ path }) => path.id)).toEqual([idOf(2), idOf(1)])
})

test('a failure is told in words, with its attempts and its way, and is sent again on purpose', async () => {
  const { page, service } = use
  all = [ended(1, { state: 'failed', status: null, error_code: 'outcome_unknown', may_have_been_paid: true })]
  details = {
    can_retry: true,
    request: {
      ...loggedRequest({ id: idOf(1).slice(4), outcome: 'outcome_unknown', email: 'ann@example.com' }),
      attempts: [
        {
          number: 1,
          account_id: 1,
          email: 'ann@example.com',
          region: 'us',
          verdict: 'interrupted',
          status: null,
          reason: 'abandoned',
          started_at: ago(20),
          duration_ms: 900,
          rule: null,
          rules_version: null,
          sample: null,
        },
      ],
      eligibility: null,
      standing: null,
    },
  }
  await page.open(`/generations/${idOf(1)}`)
  const panel = await page.dialog('Generation with m-1')
  await waitFor(() => expect(panel).toHaveTextContent('The worker process was lost after the request had been sent.'))
  expect(panel).toHaveTextContent('It may have been paid for.')
  expect(within(panel).getByRole('region', { name: 'Attempts' })).toHaveTextContent('worker process died')
  expect(
    within(within(panel).getByRole('region', { name: 'Timeline' }))
      .getAllByRole('listitem')
      .map((step) => /^\D+?(?=[A-Z][a-z]{2} \d)/.exec(step.textContent)?.[0]),
  ).toEqual(['Created', 'Sent to the upstream', 'Failed'])
  expect(within(panel).getByRole('link', { name: 'Show in the request log' })).toHaveAttribute(
    'href',
    at(`/requests/${idOf(1).slice(4)}`),
  )

  await page.press('Retry', panel)
  const question = await page.dialog('Send this request again?', 'alertdialog')
  expect(question).toHaveTextContent('The first one may have been paid for.')
  await page.press('Send again', question)
  await page.said('Queued again.')
  await page.press('Show')
  await page.isAt(`/generations/${idOf(99)}`)
  expect(service.callsOf('POST', '/api/generations/{id}/retry').map(({ path }) => path.id)).toEqual([idOf(1)])
})

test('an answer is told of, saved as a file, and deleted', async () => {
  const { page, service } = use
  all = [ended(1, { bytes_out: 13 })]
  details = {
    answer: {
      status: 200,
      headers: [{ name: 'Content-Type', value: 'application/json' }],
      bytes: 13,
      is_kept: true,
    },
  }
  service.on('GET', '/api/generations/{id}/answer', () => new FileAnswer(`${idOf(1)}.json`, '{"created":1}'))
  await page.open(`/generations/${idOf(1)}`)
  const panel = await page.dialog('Generation with m-1')
  await waitFor(() => expect(panel).toHaveTextContent('Content-Type:application/json'))
  await page.press('Download (13 bytes)', panel)
  expect(await page.saved(1)).toEqual([[`${idOf(1)}.json`, '{"created":1}']])

  details = { answer: { status: 200, headers: [], bytes: 13, is_kept: false } }
  page.comeBack()
  await waitFor(() => expect(panel).toHaveTextContent('The response is not kept.'))
  expect(within(panel).queryByRole('button', { name: /Download/ })).toBeNull()

  await page.press('Delete', panel)
  await page.press('Delete', await page.dialog('Delete this generation?', 'alertdialog'))
  await page.said('Generation deleted.')
  await page.isAt('/generations')
  await page.find('No generations yet')
})

test('one that has expired is told of as such', async () => {
  const { page } = use
  await page.open(`/generations/${idOf(1)}`)
  const panel = await screen.findByRole('dialog')
  await waitFor(() => expect(panel).toHaveTextContent('This generation does not exist'))
})

test('its events are told of with what their receiver said, and are sent again', async () => {
  const { page, service } = use
  all = [ended(1, { api_key_id: 4 }), ended(2), one(3, { api_key_id: 4 })]
  service.on('GET', '/api/keys', { total: 1, page: 1, size: 1000, items: [apiKey({ id: 4, name: 'shop' })] })
  const event = { generation_id: idOf(1), url: 'https://hooks.example:8443/in/secret' }
  deliveries = [
    delivery({
      ...event,
      id: 'msg_2',
      event: 'generation.completed',
      state: 'failed',
      attempts: 10,
      next_at: null,
      last_status: 500,
    }),
    delivery({ ...event, id: 'msg_1', event: 'generation.in_progress', state: 'delivered', attempts: 1 }),
    delivery({ id: 'msg_3', event: 'webhook.test' }),
  ]
  await page.open(`/generations/${idOf(1)}`)
  const events = await screen.findByRole('region', { name: 'Webhook deliveries' })
  await page.rowShows('generation.completed', /hooks.example:8443Failed10 attempts500/)
  await page.rowShows('generation.in_progress', 'Delivered')
  expect(events).not.toHaveTextContent('webhook.test')
  await page.press('Send msg_2 again', events)
  await page.rowShows('generation.completed', 'Sending')
  deliveries = deliveries.map((each) =>
    each.id === 'msg_2' ? { ...each, state: 'delivered', attempts: 1, last_status: 204 } : each,
  )
  await page.said('generation.completed was delivered: 204.')
  expect(service.callsOf('POST', '/api/webhook-deliveries/{id}/resend')).toHaveLength(1)

  await page.open(`/generations/${idOf(3)}`)
  await page.find(/^Nothing has been sent\. Events go to the webhook of its API key/)
  expect(screen.getByRole('link', { name: 'Webhook of the key' })).toHaveAttribute('href', at('/keys?webhook=4'))
  await page.open(`/generations/${idOf(2)}`)
  await page.find('Nothing has been sent: only generations of API keys have events.')
})
