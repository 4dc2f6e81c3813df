import type { KeyWebhook, KeyWebhookTerms } from '@/api/webhooks'

/** What the fields of the form hold, as typed. */
export interface WebhookForm {
  url: string
  /** One per line. */
  hosts: string
  in_progress: boolean
}

export type WebhookField = 'url' | 'hosts'

export const formOf = (webhook: KeyWebhook): WebhookForm => ({
  url: webhook.url ?? '',
  hosts: webhook.hosts.join('\n'),
  in_progress: webhook.in_progress,
})

/** What the form says, as the service takes it. Hosts may also be separated by commas and blanks. */
export const termsOf = (form: WebhookForm): KeyWebhookTerms => ({
  url: form.url.trim() || null,
  hosts: form.hosts.split(/[\s,]+/).filter(Boolean),
  in_progress: form.in_progress,
})

/** The field of the form that shows a fault of the service's; null: none does. */
export function placeOf(path: string): WebhookField | null {
  const field = path.split(/[[.]/)[0]
  return field === 'url' || field === 'hosts' ? field : null
}
