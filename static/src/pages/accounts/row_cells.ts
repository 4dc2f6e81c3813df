import type { Column } from '@tanstack/vue-table'
import type { StyleValue, VNodeChild } from 'vue'

import type { Account } from '@/api/types'

/** What is above the rows, and beside them at the left. */
export const headRowHeight = 26
export const selectWidth = 40

/** One column as a row shows it; made once for all rows. */
export interface RowCell {
  id: string
  class: unknown[]
  style: StyleValue
  show: (account: Account) => VNodeChild
}

export function rowCell(column: Column<Account>): RowCell {
  const { show = () => null, end } = column.columnDef.meta ?? {}
  return {
    id: column.id,
    show,
    class: ['px-3', end && 'text-right', ...pinnedClass(column)],
    style: pinnedStyle(column),
  }
}

export function pinnedClass(column: Column<Account>): unknown[] {
  return [column.getIsPinned() && 'sticky z-10', column.getIsLastColumn('left') && 'border-r']
}

export function pinnedStyle(column: Column<Account>): StyleValue {
  return column.getIsPinned() ? { left: `${selectWidth + column.getStart('left')}px` } : {}
}
