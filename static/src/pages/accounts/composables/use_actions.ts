import { chosen } from '@/api/accounts'
import { useJobOrders } from '@/composables/job_orders'

import type { OpenDialog } from '../AccountDialogs.vue'
import type { BulkAction, Targets } from '../actions'
import { useAccountOrders } from './use_account_orders'

/** What menus and the bar of the selection do: the harmless and what can be taken back at once, the rest through a dialog. */
export function useActions(open: (dialog: OpenDialog) => void) {
  const { mutate: order } = useAccountOrders({ tellFailure: true })
  const { mutate: orderJob } = useJobOrders()

  return (action: BulkAction, targets: Targets) => {
    switch (action) {
      case 'unban':
      case 'enable':
      case 'disable':
        return order({ order: { action }, targets })
      case 'session_refresh':
      case 'points_update':
        return orderJob({ kind: action, accounts: chosen(targets.accounts) })
      case 'delete':
        if (targets.count === 1) return order({ order: { action }, targets })
        return open({ kind: action, targets })
      default:
        return open({ kind: action, targets })
    }
  }
}
