import { computed, type Ref } from 'vue'

import type { AccountQuery } from '@/api/types'

import type { ExportScope } from '../dialogs/ExportDialog.vue'
import { filterOf, isFiltered, noFilter } from '../query'
import type { KnownRows } from '../windows'

/** What can be exported whatever is selected: the list as it is filtered, and all accounts. */
export function useExportScopes(query: Ref<AccountQuery>, known: Ref<KnownRows | null>) {
  return computed<ExportScope[]>(() => {
    const all: ExportScope = { name: 'all', targets: { accounts: noFilter, count: 0 } }
    const filtered: ExportScope = {
      name: 'filtered',
      targets: { accounts: filterOf(query.value), count: known.value?.total ?? 0 },
    }
    return isFiltered(query.value) ? [filtered, all] : [all]
  })
}
