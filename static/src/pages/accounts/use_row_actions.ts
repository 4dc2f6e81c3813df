import { accountsApi } from '@/api/accounts'
import type { Account } from '@/api/types'

import type { OpenDialog } from './AccountDialogs.vue'
import type { AccountAction } from './actions'
import { useAccountChange } from './use_account_change'

const atOnce = {
  unban: { call: accountsApi.unban, done: 'unbanned' },
  enable: { call: accountsApi.enable, done: 'enabled' },
  disable: { call: accountsApi.disable, done: 'disabled' },
}

/** What a row's menu does: the harmless at once, the rest through a dialog. */
export function useRowActions(open: (dialog: OpenDialog) => void) {
  const { mutate } = useAccountChange({ tellFailure: true })
  return (action: AccountAction, account: Account) => {
    if (action === 'edit' || action === 'ban' || action === 'delete') return open({ kind: action, account })
    const { call, done } = atOnce[action]
    mutate({ run: () => call(account.id), done, email: account.email })
  }
}
