import { createColumnHelper, type ColumnDef, type RowData } from '@tanstack/vue-table'
import { h } from 'vue'

import type { Account, Me } from '@/api/types'

import EmailCell from './cells/EmailCell.vue'
import NumberCell from './cells/NumberCell.vue'
import OtherUsageCell from './cells/OtherUsageCell.vue'
import SessionCell from './cells/SessionCell.vue'
import StatusCell from './cells/StatusCell.vue'
import TimeText from '@/components/TimeText.vue'
import UsageCell from './cells/UsageCell.vue'

declare module '@tanstack/vue-table' {
  interface ColumnMeta<TData extends RowData, TValue> {
    /** A model's id is a name, and not translated. */
    model?: string
    end?: boolean
  }
}

export type AccountColumn = ColumnDef<Account, any>

const column = createColumnHelper<Account>()

/** A field that the service can sort by has its name as the column's id. */
export function accountColumns(me: Me, narrow: boolean): AccountColumn[] {
  const time = (key: 'last_used_at' | 'session_id_updated_at' | 'created_at' | 'updated_at') =>
    column.accessor(key, { size: 112, cell: (cell) => h(TimeText, { at: cell.getValue() }) })
  const number = (key: 'points' | 'in_flight' | 'error_count', size: number, alarming = false) =>
    column.accessor(key, {
      size,
      enableSorting: key !== 'in_flight',
      meta: { end: true },
      cell: (cell) => h(NumberCell, { value: cell.getValue(), alarming }),
    })

  return [
    column.accessor('email', {
      size: narrow ? 156 : 244,
      cell: (cell) => h(EmailCell, { account: cell.row.original, narrow }),
    }),
    column.accessor('status', {
      size: 172,
      cell: (cell) => h(StatusCell, { account: cell.row.original }),
    }),
    column.accessor('region', { size: narrow ? 72 : 76, cell: (cell) => cell.getValue().toUpperCase() }),
    number('points', 80),
    ...me.models.map((model) =>
      column.accessor(model.column, {
        size: 120,
        meta: { model: model.id, end: true },
        cell: (cell) => h(UsageCell, { count: cell.getValue(), limit: model.limit }),
      }),
    ),
    column.display({
      id: 'other_usage',
      size: 112,
      meta: { end: true },
      cell: (cell) => h(OtherUsageCell, { usage: otherUsage(cell.row.original, me) }),
    }),
    number('in_flight', 80),
    number('error_count', 80, true),
    time('last_used_at'),
    column.accessor('session_id', {
      size: 128,
      enableSorting: false,
      cell: (cell) => h(SessionCell, { account: cell.row.original }),
    }),
    time('session_id_updated_at'),
    time('created_at'),
    time('updated_at'),
  ]
}

export function sortableKeys(me: Me): string[] {
  const sorting = accountColumns(me, false).filter((each) => 'accessorKey' in each && each.enableSorting !== false)
  return ['id', ...sorting.map((each) => String((each as { accessorKey: string }).accessorKey))]
}

/** The calls of models without a column of their own, most used first. */
export function otherUsage(account: Account, me: Me): [string, number][] {
  const shown = new Set(me.models.map((model) => model.id))
  return Object.entries(account.usage)
    .filter(([model, count]) => !shown.has(model) && count > 0)
    .sort((one, other) => other[1] - one[1])
}
