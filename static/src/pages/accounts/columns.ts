import { createColumnHelper, type RowData, type TableOptions } from '@tanstack/vue-table'
import { h, type VNodeChild } from 'vue'

import type { Account, Me } from '@/api/types'
import TimeText from '@/components/TimeText.vue'

import EmailCell from './cells/EmailCell.vue'
import NumberCell from './cells/NumberCell.vue'
import OtherUsageCell from './cells/OtherUsageCell.vue'
import ReasonCell from './cells/ReasonCell.vue'
import SessionCell from './cells/SessionCell.vue'
import StatusCell from './cells/StatusCell.vue'
import UsageCell from './cells/UsageCell.vue'

declare module '@tanstack/vue-table' {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- the library's interface has both
  interface ColumnMeta<TData extends RowData, TValue> {
    /** What the column shows of an account; nothing in the head of a group. */
    show?: (account: TData) => VNodeChild
    /** A model's id is a name, and not translated. */
    model?: string
    end?: boolean
  }
}

export type AccountColumn = TableOptions<Account>['columns'][number]

const column = createColumnHelper<Account>()

/** Always in sight, while the others scroll. */
export const pinnedColumns = ['email', 'status']

/** A field that the service can sort by has its name as the column's id. */
export function accountColumns(me: Me, narrow: boolean): AccountColumn[] {
  const field = (
    key: keyof Account,
    size: number,
    show: (account: Account) => VNodeChild,
    more: { end?: boolean; unsorted?: boolean } = {},
  ) => column.accessor(key, { size, enableSorting: !more.unsorted, meta: { show, end: more.end } })
  const time = (key: 'last_used_at' | 'session_id_updated_at' | 'created_at' | 'updated_at') =>
    field(key, 112, (account) => h(TimeText, { at: account[key] }))
  const number = (key: 'points' | 'in_flight' | 'error_count', alarming = false) =>
    field(key, 80, (account) => h(NumberCell, { value: account[key], alarming }), { end: true })

  return [
    field('email', narrow ? 156 : 244, (account) => h(EmailCell, { account, narrow })),
    field('status', 160, (account) => h(StatusCell, { account })),
    field('status_reason', 220, (account) => h(ReasonCell, { account }), { unsorted: true }),
    field('region', narrow ? 72 : 76, (account) => h('span', account.region.toUpperCase())),
    number('points'),
    column.group({
      id: 'calls',
      columns: [
        ...me.models.map((model) =>
          column.accessor(model.column, {
            size: 112,
            meta: {
              model: model.id,
              end: true,
              show: (account: Account) => h(UsageCell, { count: account[model.column], limit: model.limit }),
            },
          }),
        ),
        column.display({
          id: 'other_usage',
          size: 108,
          meta: { end: true, show: (account: Account) => h(OtherUsageCell, { usage: otherUsage(account, me) }) },
        }),
      ],
    }),
    number('in_flight'),
    number('error_count', true),
    time('last_used_at'),
    field('session_id', 128, (account) => h(SessionCell, { account }), { unsorted: true }),
    time('session_id_updated_at'),
    time('created_at'),
    time('updated_at'),
  ]
}

/** The columns without their groups. */
export function leafColumns(me: Me): AccountColumn[] {
  return accountColumns(me, false).flatMap((each) => ('columns' in each ? (each.columns as AccountColumn[]) : [each]))
}

export function sortableKeys(me: Me): string[] {
  const sorting = leafColumns(me).filter((each) => 'accessorKey' in each && each.enableSorting !== false)
  return ['id', ...sorting.map((each) => String((each as { accessorKey: string }).accessorKey))]
}

/** Columns that can be hidden. */
export function optionalColumns(me: Me): { id: string; model?: string }[] {
  return leafColumns(me)
    .map((each) => ({ id: String('accessorKey' in each ? each.accessorKey : each.id), model: each.meta?.model }))
    .filter(({ id }) => !pinnedColumns.includes(id))
}

/** The calls of models without a column of their own, most used first. */
export function otherUsage(account: Account, me: Me): [string, number][] {
  const shown = new Set(me.models.map((model) => model.id))
  return Object.entries(account.usage)
    .filter(([model, count]) => !shown.has(model) && count > 0)
    .sort((one, other) => other[1] - one[1])
}
