import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { onScopeDispose, ref, shallowReactive, shallowRef } from 'vue'

import { accountsApi } from '@/api/accounts'

import type { ForAll } from './import_form'
import { ImportRun } from './import_run'
import type { Reading } from './reading'

/** Sends an import slice by slice until it is over, fails or is stopped. */
export function useImportRun() {
  const queries = useQueryClient()
  const { mutateAsync: send } = useMutation({ mutationFn: accountsApi.importLines })
  const run = shallowRef<ImportRun | null>(null)
  const sending = ref(false)
  const stopping = ref(false)
  const failure = ref<Error | null>(null)

  async function goOn() {
    if (!run.value || sending.value) return
    sending.value = true
    stopping.value = false
    failure.value = null
    try {
      while (!run.value.over && !stopping.value) await run.value.sendNext(send)
    } catch (thrown) {
      failure.value = thrown as Error
    }
    sending.value = false
    void queries.invalidateQueries({ queryKey: ['accounts'] })
  }

  function start(reading: Reading, forAll: ForAll) {
    run.value = shallowReactive(new ImportRun(reading, forAll))
    void goOn()
  }

  const stop = () => (stopping.value = true)
  onScopeDispose(stop)

  return { run, sending, stopping, failure, start, goOn, stop, forget: () => (run.value = null) }
}
