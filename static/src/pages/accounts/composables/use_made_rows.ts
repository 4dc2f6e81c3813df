import { computed, onScopeDispose, ref, type ComputedRef } from 'vue'

import type { Account } from '@/api/types'

import { assignSlots } from '../slots'
import type { Part } from './use_virtual_rows'
import type { KnownRows } from '../windows'

/**
 * So many rows are rewritten in one frame, which stays below 100 ms on a small machine so; more come in the next
 * ones. Scrolling slower than that never notices.
 */
const rowsInFrame = 8

export interface MadeRow {
  row: number
  key: number
  account?: Account
  /** The account is still that of another row: this one's is not fetched yet, or comes in a frame or two. */
  waits: boolean
}

/** The rows in their slots, and the gaps between them. */
export function useMadeRows(parts: ComputedRef<Part[]>, rows: () => KnownRows) {
  let slots = new Map<number | string, number>()
  /** By slot, what is written there. */
  let written = new Map<number, Account>()
  const turns = ref(0)
  let next = 0
  /** In the next frame: one that is asked for while a scroll is told still belongs to this frame. */
  function goOnLater() {
    next = requestAnimationFrame(() => (next = requestAnimationFrame(() => turns.value++)))
  }
  onScopeDispose(() => cancelAnimationFrame(next))

  return computed(() => {
    void turns.value
    const all = named(parts.value, rows())
    slots = assignSlots(
      slots,
      all.flatMap((part) => ('is' in part ? [part.is] : [])),
    )
    const before = written
    written = new Map()
    let rewritten = 0
    const made = all.map((part) => {
      if ('gap' in part) return part
      const key = slots.get(part.is)!
      const stands = before.get(key)
      const waits = part.account ? stands?.id !== part.account.id && ++rewritten > rowsInFrame : stands !== undefined
      const account = waits ? stands : part.account
      if (account) written.set(key, account)
      return { row: part.row, key, account, waits }
    })
    cancelAnimationFrame(next)
    if (rewritten > rowsInFrame) goOnLater()
    return made
  })
}

/** Two windows may hold the same account for a moment, when one before it is gone: only one of the rows is that account. */
function named(parts: Part[], rows: KnownRows) {
  const seen = new Set<number>()
  return parts.map((part) => {
    if ('gap' in part) return part
    const account = rows.rowAt(part.row)
    const again = account && seen.has(account.id)
    if (account) seen.add(account.id)
    return { ...part, account, is: account && !again ? account.id : `row${part.row}` }
  })
}
