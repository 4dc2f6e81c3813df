import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { resultsApi, type StoredResult } from '@/api/results'
import { useFailureText } from '@/composables/failures'
import { useToasts } from '@/composables/toasts'

import type { Gallery } from './use_results'

/** What can be done about a result. */
export function useResultActions() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const onError = (failure: unknown) => toasts.failed(failureText(failure))
  const onSettled = () => {
    for (const key of ['results', 'result']) void queries.invalidateQueries({ queryKey: [key] })
  }
  /** At once in every list, also in those pages of it that are not read again. */
  function inLists(change: (rows: StoredResult[]) => StoredResult[]) {
    queries.setQueriesData<Gallery>({ queryKey: ['results'] }, (list) => list && { ...list, rows: change(list.rows) })
  }
  function changed(now: StoredResult) {
    inLists((rows) => rows.map((each) => (each.id === now.id ? now : each)))
    queries.setQueryData(['result', now.id], now)
  }

  const pin = useMutation({
    mutationFn: ({ id, is_pinned }: StoredResult) => (is_pinned ? resultsApi.unpin(id) : resultsApi.pin(id)),
    onSuccess: (now) => {
      changed(now)
      toasts.done(t(`results.done.${now.is_pinned ? 'pinned' : 'unpinned'}`))
    },
    onError,
    onSettled,
  })
  const again = useMutation({
    mutationFn: ({ id }: StoredResult) => resultsApi.fetch(id),
    onSuccess: (now) => {
      changed(now)
      toasts.done(t('results.done.again'))
    },
    onError,
    onSettled,
  })
  const remove = useMutation({
    mutationFn: ({ id }: StoredResult) => resultsApi.remove(id),
    onSuccess: (_, { id }) => {
      inLists((rows) => rows.filter((each) => each.id !== id))
      toasts.done(t('results.done.removed'))
    },
    onError,
    onSettled,
  })
  return { pin, again, remove }
}
