import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { useI18n } from 'vue-i18n'

import { webhooksApi, type DeliveryQuery, type WebhookDelivery } from '@/api/webhooks'
import { useFailureText } from '@/composables/failures'
import { useLive } from '@/composables/live'
import { useServiceMessages } from '@/composables/service_messages'
import { useToasts } from '@/composables/toasts'

import { isOnItsWay } from './delivery_view'

interface DeliveryPage {
  items: WebhookDelivery[]
}

/** What the receiver said last; empty: it was not asked yet. */
export function useAnswerText() {
  const say = useServiceMessages()
  return ({ last_error_message, last_status }: WebhookDelivery) =>
    say(last_error_message) || (last_status?.toString() ?? '')
}

/** Deliveries, kept up to date: often while one is about to arrive. */
export function useDeliveries(of: MaybeRefOrGetter<DeliveryQuery>) {
  const every = ref(5_000)
  const live = useLive(
    () => ['deliveries', toValue(of)],
    (signal) => webhooksApi.deliveries(toValue(of), signal),
    true,
    () => every.value,
  )
  watch(live.data, (now) => (every.value = now?.items.some(isOnItsWay) ? 1_000 : 5_000))
  return { ...live, ...useResend(live.data) }
}

/** Sends events again, and tells of each what its receiver said. */
function useResend(list: { readonly value: DeliveryPage | undefined }) {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()
  const answerText = useAnswerText()
  const underWay = ref(new Set<string>())

  const { mutate } = useMutation({
    mutationFn: async (id: string) => {
      underWay.value.add(id)
      const due = await webhooksApi.resend(id)
      // A look that began before would show what came of the attempt before.
      await queries.cancelQueries({ queryKey: ['deliveries'] })
      queries.setQueriesData<DeliveryPage>(
        { queryKey: ['deliveries'] },
        (page) => page && { ...page, items: page.items.map((each) => (each.id === id ? due : each)) },
      )
      followed.add(id)
    },
    onError: (failure, id) => {
      underWay.value.delete(id)
      toasts.failed(failureText(failure))
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ['deliveries'] }),
  })

  /** Those of them that the service has queued. */
  const followed = new Set<string>()
  watch(
    () => list.value,
    (page) => {
      for (const id of followed) {
        const found = page?.items.find((each) => each.id === id)
        if (found && isOnItsWay(found)) continue
        followed.delete(id)
        underWay.value.delete(id)
        tell(found)
      }
    },
  )

  function tell(delivery: WebhookDelivery | undefined) {
    // A filter may leave it out by now.
    if (!delivery) return toasts.done(t('deliveries.sentAgain'))
    const words = { event: delivery.event, answer: answerText(delivery) }
    return delivery.state === 'delivered'
      ? toasts.done(t('deliveries.arrived', words))
      : toasts.failed(t('deliveries.refused', words))
  }

  return { sendAgain: (id: string) => mutate(id), isUnderWay: (id: string) => underWay.value.has(id) }
}
