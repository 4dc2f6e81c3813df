import {
  Ban,
  CirclePause,
  CirclePlay,
  Coins,
  Download,
  Globe,
  KeyRound,
  PanelRight,
  Pencil,
  RotateCcw,
  Trash2,
} from 'lucide-vue-next'
import type { Component } from 'vue'

import type { Account, AccountFilter } from '@/api/types'

/** What can be done with one account or with many. */
export const bulkActions = [
  'ban',
  'unban',
  'enable',
  'disable',
  'session_refresh',
  'points_update',
  'region',
  'export',
  'delete',
] as const
export type BulkAction = (typeof bulkActions)[number]
export type AccountAction = BulkAction | 'details' | 'edit'

/** Whom an action is for. */
export interface Targets {
  accounts: number[] | AccountFilter
  count: number
  /** Of one account alone. */
  email?: string
}

export const actionIcons: Record<AccountAction, Component> = {
  details: PanelRight,
  edit: Pencil,
  ban: Ban,
  unban: RotateCcw,
  enable: CirclePlay,
  disable: CirclePause,
  session_refresh: KeyRound,
  points_update: Coins,
  region: Globe,
  export: Download,
  delete: Trash2,
}

export function targetOf({ id, email }: Pick<Account, 'id' | 'email'>): Targets {
  return { accounts: [id], count: 1, email }
}

/** What can be done with an account as it is. A disabled one may be banned as well, and either is lifted alone. */
export function actionsFor(account: Pick<Account, 'is_banned' | 'status'>): AccountAction[] {
  const other: AccountAction[] = [
    account.is_banned ? 'ban' : 'unban',
    account.status === 'disabled' ? 'disable' : 'enable',
  ]
  return ['details', 'edit', ...bulkActions.filter((action) => !other.includes(action))]
}
