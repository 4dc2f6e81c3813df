import { Ban, CirclePause, CirclePlay, Pencil, RotateCcw, Trash2 } from 'lucide-vue-next'
import type { Component } from 'vue'

import type { Account } from '@/api/types'

export type AccountAction = 'edit' | 'ban' | 'unban' | 'enable' | 'disable' | 'delete'

const icons: Record<AccountAction, Component> = {
  edit: Pencil,
  ban: Ban,
  unban: RotateCcw,
  enable: CirclePlay,
  disable: CirclePause,
  delete: Trash2,
}

/** What can be done with an account as it is. A disabled one may be banned as well, and either is lifted alone. */
export function actionsFor(account: Pick<Account, 'is_banned' | 'status'>): { action: AccountAction; icon: Component }[] {
  const actions: AccountAction[] = [
    'edit',
    account.is_banned ? 'unban' : 'ban',
    account.status === 'disabled' ? 'enable' : 'disable',
    'delete',
  ]
  return actions.map((action) => ({ action, icon: icons[action] }))
}
