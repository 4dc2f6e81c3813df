import { answer, client, queryOf } from './client'
import type { Schema } from './types'

export type KeyWebhook = Schema<'KeyWebhook'>

/** What was changed, with the first secret if that made one: it is shown this once. */
export type ChangedKeyWebhook = Schema<'ChangedKeyWebhook'>

export type KeyWebhookTerms = Pick<KeyWebhook, 'url' | 'hosts' | 'in_progress'>

export type WebhookDelivery = Schema<'WebhookDelivery'>

/** Of a key, of a generation, or of both. */
export interface DeliveryQuery {
  api_key_id?: number
  generation?: string
  state?: string
  size: number
}

export const deliveryStates: WebhookDelivery['state'][] = ['pending', 'delivered', 'failed']

export const webhooksApi = {
  show: (id: number, signal?: AbortSignal) =>
    answer(client.GET('/api/keys/{id}/webhook', { params: { path: { id } }, signal })),
  change: (id: number, terms: KeyWebhookTerms) =>
    answer(client.PUT('/api/keys/{id}/webhook', { params: { path: { id } }, body: terms })),
  renewSecret: (id: number) => answer(client.POST('/api/keys/{id}/webhook/secret', { params: { path: { id } } })),
  test: (id: number) => answer(client.POST('/api/keys/{id}/webhook/test', { params: { path: { id } } })),
  deliveries: (query: DeliveryQuery, signal?: AbortSignal) =>
    answer(
      client.GET('/api/webhook-deliveries', { params: { query: queryOf<'/api/webhook-deliveries'>(query) }, signal }),
    ),
  resend: (id: string) => answer(client.POST('/api/webhook-deliveries/{id}/resend', { params: { path: { id } } })),
}
