import type { WebhookDelivery } from '@/api/webhooks'

/** It is about to be sent, for the first time or once more: what comes of it is known in a moment. */
export const isOnItsWay = ({ state, attempts }: Pick<WebhookDelivery, 'state' | 'attempts'>) =>
  state === 'pending' && attempts === 0

/** The address without what may be secret in it, or just long. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url
}

/** When an event that failed is sent the next time; `due`: at any moment. Null: never, or for the first time. */
export function nextAttempt(
  { next_at, attempts }: Pick<WebhookDelivery, 'next_at' | 'attempts'>,
  now: Date,
): Date | 'due' | null {
  if (next_at === null || attempts === 0) return null
  const at = new Date(next_at)
  return at > now ? at : 'due'
}
