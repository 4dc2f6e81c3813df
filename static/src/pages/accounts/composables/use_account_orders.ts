import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { accountsApi, type AccountOrder, type ActionResult } from '@/api/accounts'
import { useFailureText } from '@/composables/failures'
import { useNumbers } from '@/composables/numbers'
import { useToasts } from '@/composables/toasts'

import type { Targets } from '../actions'
import { useRefresh } from './use_refresh'
import { useUndelete } from './use_undelete'
import { withoutAccounts, type ListWindow } from '../windows'

interface Order {
  order: AccountOrder
  targets: Targets
}

/** Does something with one account or many, and says what came of it. A dialog tells its failures itself. */
export function useAccountOrders({ tellFailure }: { tellFailure: boolean }) {
  const { t } = useI18n()
  const { number } = useNumbers()
  const toasts = useToasts()
  const queries = useQueryClient()
  const failureText = useFailureText()
  const refresh = useRefresh()
  const { mutate: undelete } = useUndelete()

  function said({ order, targets }: Order, { changed, unchanged, missing }: ActionResult): string {
    if (targets.email && changed + unchanged > 0) return t(`accounts.done.${order.action}`, { email: targets.email })
    if (targets.email) return t('error.notFound')
    return [
      t(`accounts.doneMany.${order.action}`, { count: number(changed) }, changed),
      ...(unchanged > 0 ? [t('accounts.unchanged', { count: number(unchanged) })] : []),
      ...(missing > 0 ? [t('accounts.missing', { count: number(missing) })] : []),
    ].join(' · ')
  }

  return useMutation({
    mutationFn: ({ order, targets }: Order) => accountsApi.act(order, targets.accounts),
    onMutate: ({ order, targets }) => {
      // What is deleted is gone at once; a failure brings it back by the refresh that follows.
      if (order.action !== 'delete' || !Array.isArray(targets.accounts)) return
      const ids = new Set(targets.accounts)
      queries.setQueriesData<ListWindow>(
        { queryKey: ['accounts', 'list'] },
        (window) => window && withoutAccounts(window, ids),
      )
    },
    onSuccess: (result, order) => {
      const { undo } = result
      toasts.done(said(order, result), undo ? { label: t('accounts.undo'), run: () => undelete(undo) } : undefined)
    },
    onError: (failure) => tellFailure && toasts.failed(failureText(failure)),
    onSettled: refresh,
  })
}
