import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { ahead, apiKey, delivery } from '@/testing/answers'
import { misfit, Refusal } from '@/testing/fake_service'
import { usePage } from '@/testing/page'

const use = usePage()

type Delivery = Schema<'WebhookDelivery'>

/** A key's webhook as the service keeps it, as far as the page shows it. */
function keep(changes: Partial<Schema<'KeyWebhook'>> = {}, deliveries: Delivery[] = []) {
  let webhook: Schema<'KeyWebhook'> = {
    url: null,
    hosts: [],
    in_progress: false,
    off_at: null,
    has_secret: false,
    old_secret_until: null,
    ...changes,
  }
  const key = apiKey({ id: 4, name: 'shop' })
  use.service
    .on('GET', '/api/keys', { total: 1, page: 1, size: 100, items: [key] })
    .on('GET', '/api/keys/{id}', key)
    .on('GET', '/api/keys/{id}/webhook', () => webhook)
    .on('PUT', '/api/keys/{id}/webhook', ({ body }) => {
      if (body.url?.startsWith('http:')) return misfit('url', 'webhook_not_https', { host: 'n8n' })
      if (body.hosts?.includes('?')) return misfit('hosts[0]', 'not_webhook_host', { host: '?' })
      const secret = webhook.has_secret ? {} : { secret: 'whsec_first' }
      webhook = { ...webhook, ...body, has_secret: true, off_at: null } as Schema<'KeyWebhook'>
      return { ...webhook, ...secret }
    })
    .on('POST', '/api/keys/{id}/webhook/secret', () => {
      webhook = { ...webhook, has_secret: true, old_secret_until: '2026-12-01T00:00:00Z' }
      return { ...webhook, secret: 'whsec_second' }
    })
    .on('POST', '/api/keys/{id}/webhook/test', () => {
      deliveries = [delivery(), ...deliveries]
      return deliveries[0]!
    })
    .on('GET', '/api/webhook-deliveries', ({ query }) => {
      const items = deliveries.filter(({ state }) => !query.state || state === query.state)
      return { total: items.length, page: 1, size: 20, items }
    })
    .on('POST', '/api/webhook-deliveries/{id}/resend', ({ path }) => {
      const again = { state: 'pending', attempts: 0, last_status: null, last_error_message: null } as const
      return change(path.id, again)
    })
  const change = (id: string, changes: Partial<Delivery>) => {
    deliveries = deliveries.map((each) => (each.id === id ? { ...each, ...changes } : each))
    return deliveries.find((each) => each.id === id)!
  }
  return { change }
}

test('an address is set, its secret is shown once, and a test is sent', async () => {
  const { page, service } = use
  keep()
  await page.open('/keys')
  await page.press('Webhook of shop')
  await page.isAt('/keys?webhook=4')
  const panel = await page.dialog('Webhook of shop')
  await within(panel).findByText('Nothing has been sent yet.')
  expect(within(panel).queryByRole('button', { name: 'Send a test' })).toBeNull()

  await page.fill('URL', 'http://n8n/hook', panel)
  await page.press('Save', panel)
  await within(panel).findByText('Must be an https URL: n8n is not listed in WEBHOOK_ALLOW_HOSTS.')
  expect(page.field('URL', panel)).toHaveAttribute('aria-invalid', 'true')
  await page.fill('URL', 'https://shop.example/hook', panel)
  await page.fill('Hosts for requests', '?', panel)
  await page.press('Save', panel)
  await within(panel).findByText('Must be hosts, each with or without a port: ? is not one.')
  await page.fill('Hosts for requests', 'shop.example\nn8n:5678', panel)
  await page.press('Save', panel)
  await page.said('Webhook of shop saved.')
  expect(service.sent('PUT', '/api/keys/{id}/webhook').at(-1)).toEqual({
    url: 'https://shop.example/hook',
    hosts: ['shop.example', 'n8n:5678'],
    in_progress: false,
  })

  expect(within(panel).getByLabelText('Webhook secret')).toHaveTextContent('whsec_first')
  await page.press('I have copied it', panel)
  await waitFor(() => expect(screen.queryByText('whsec_first')).toBeNull())

  await page.press('Send a test', panel)
  await page.said('A test event is on its way.')
  await page.rowShows('webhook.test', 'Pending')
})

test('a secret is rotated after a question, and the former one still signs', async () => {
  const { page, service } = use
  keep({ url: 'https://shop.example/', has_secret: true })
  await page.open('/keys?webhook=4')
  const panel = await page.dialog('Webhook of shop')
  await page.press('Rotate secret', panel)
  const question = await page.dialog('Rotate the secret of shop?', 'alertdialog')
  expect(service.sent('POST', '/api/keys/{id}/webhook/secret')).toEqual([])
  await page.press('Rotate secret', question)
  await page.closed(question)
  expect(await within(panel).findByLabelText('Webhook secret')).toHaveTextContent('whsec_second')
  await within(panel).findByText(/^The former secret signs as well until /)
})

test('deliveries show their state and last answer, and are sent again', async () => {
  const { page, service } = use
  const failed = delivery({
    id: 'msg_2',
    event: 'generation.completed',
    generation_id: 'g1',
    state: 'failed',
    attempts: 10,
    last_status: 500,
    last_error_message: { code: 'delivery.status_with_text', params: { status: 500, answer: 'out of order' } },
  })
  const done = delivery({ id: 'msg_3', event: 'generation.failed', state: 'delivered', attempts: 1, last_status: 204 })
  const { change } = keep({ url: 'https://shop.example/', has_secret: true }, [failed, done])
  await page.open('/keys?webhook=4')
  const panel = await page.dialog('Webhook of shop')
  await page.rowShows('generation.completed', 'Failed')
  await page.rowShows('generation.completed', '10 attempts')
  await page.rowShows('generation.completed', 'The receiver answered 500: out of order')
  await page.rowShows('generation.failed', '204')

  await page.pick(within(panel).getByRole('button', { name: 'State' }), 'Delivered')
  await page.rowIsGone('generation.completed')
  await page.pick(within(panel).getByRole('button', { name: /State/ }), 'Pending')
  await within(panel).findByText('No deliveries in this state.')
  await page.pick(within(panel).getByRole('button', { name: /State/ }), 'Any')

  await page.press('Send msg_2 again', panel)
  await page.rowShows('generation.completed', 'Sending')
  expect(page.button('Send msg_2 again', panel)).toBeDisabled()
  expect(service.sent('POST', '/api/webhook-deliveries/{id}/resend')).toHaveLength(1)
  change('msg_2', { state: 'delivered', attempts: 1, last_status: 204 })
  await page.said('generation.completed was delivered: 204.')
  await page.rowShows('generation.completed', 'Delivered')

  await page.press('Send msg_2 again', panel)
  await page.rowShows('generation.completed', 'Sending')
  const refused = { code: 'delivery.status', params: { status: 503 } }
  change('msg_2', { attempts: 1, last_status: 503, last_error_message: refused, next_at: ahead(300) })
  await page.said(/^generation.completed was not delivered: .*503/)
  await page.rowShows('generation.completed', /1 attempt, next attempt .*503/)
})

test('an address that is off says so, and a refusal of the test is told', async () => {
  const { page, service } = use
  keep({ url: 'https://shop.example/', has_secret: true, off_at: '2026-11-22T10:00:00Z' })
  service.on('POST', '/api/keys/{id}/webhook/test', new Refusal(409, 'key_revoked', 'revoked'))
  await page.open('/keys?webhook=4')
  const panel = await page.dialog('Webhook of shop')
  await within(panel).findByText(/^Off since .*410/)
  await page.press('Send a test', panel)
  await page.said(/revoked/)
  await page.press('Save', panel)
  await waitFor(() => expect(within(panel).queryByText(/^Off since/)).toBeNull())
})
