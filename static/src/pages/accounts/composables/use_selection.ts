import { computed, shallowRef, watch, type Ref } from 'vue'

import { accountsApi } from '@/api/accounts'
import type { Account, AccountQuery } from '@/api/types'

import type { Targets } from '../actions'
import { filterOf } from '../query'
import { choose, countOf, everything, isSelected, nothing } from '../selection'
import type { KnownRows, Sight } from '../windows'

interface List {
  query: Ref<AccountQuery>
  known: Ref<KnownRows | null>
  accountsIn: (rows: Sight) => Promise<Account[]>
}

/** The accounts chosen in the list. Whatever is filtered away is no longer chosen, since it is out of sight. */
export function useSelection({ query, known, accountsIn }: List) {
  const selection = shallowRef(nothing)
  let anchor: number | null = null

  const total = computed(() => known.value?.total ?? 0)
  const filter = computed(() => filterOf(query.value))

  function clear() {
    selection.value = nothing
    anchor = null
  }
  watch(() => JSON.stringify(filter.value), clear)
  // In another order or on another page, the row that a range would begin at is another one.
  watch(
    () => JSON.stringify(query.value),
    () => (anchor = null),
  )

  return {
    selection,
    clear,
    count: computed(() => countOf(selection.value, total.value)),
    /** Deleted accounts are chosen no longer; what comes after them is not chosen in their place. */
    forget({ accounts, count }: Targets) {
      if (!Array.isArray(accounts) || (selection.value.all && count >= countOf(selection.value, total.value))) clear()
      else selection.value = choose(selection.value, accounts, selection.value.all)
    },
    selectAll: () => (selection.value = everything),

    /** Chooses a row, or lets it go; `extend`: with all rows from the last one. */
    async toggle(row: number, account: Account, extend: boolean) {
      const from = extend && anchor !== null ? anchor : row
      const chosen = extend || !isSelected(selection.value, account.id)
      anchor = row
      const accounts =
        from === row ? [account] : await accountsIn({ first: Math.min(from, row), last: Math.max(from, row) })
      selection.value = choose(
        selection.value,
        accounts.map(({ id }) => id),
        chosen,
      )
    },

    /** What an action on the selection is told. All but some are looked up first, for no filter says that. */
    async targets(): Promise<Targets> {
      const { all, ids } = selection.value
      const count = countOf(selection.value, total.value)
      if (!all) return { accounts: [...ids], count }
      if (ids.size === 0) return { accounts: filter.value, count }
      const chosen = (await accountsApi.idsOf(filter.value)).filter((id) => !ids.has(id))
      return { accounts: chosen, count: chosen.length }
    },
  }
}
