import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { useI18n } from 'vue-i18n'

import { generationsApi } from '@/api/generations'
import { useFailureText } from '@/composables/failures'
import { saveFile } from '@/composables/save_file'
import { useToasts } from '@/composables/toasts'

/** What can be done about a generation that is there. */
export function useGenerationActions() {
  const { t } = useI18n()
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()

  const onError = (failure: unknown) => toasts.failed(failureText(failure))
  const onSettled = () => {
    for (const key of ['generations', 'generation']) void queries.invalidateQueries({ queryKey: [key] })
  }

  const cancel = useMutation({
    mutationFn: generationsApi.cancel,
    // It may have been sent since the question was asked.
    onSuccess: ({ state }) => toasts.done(t(`generations.done.${state === 'cancelled' ? 'cancelled' : 'detached'}`)),
    onError,
    onSettled,
  })
  const retry = useMutation({
    mutationFn: generationsApi.retry,
    onSuccess: ({ id }) =>
      toasts.done(t('generations.done.retried'), { label: t('generations.done.show'), to: `/generations/${id}` }),
    onError,
    onSettled,
  })
  const remove = useMutation({
    mutationFn: generationsApi.remove,
    onSuccess: () => toasts.done(t('generations.done.removed')),
    onError,
    onSettled,
  })
  const download = useMutation({
    mutationFn: generationsApi.answer,
    onSuccess: ({ name, content }) => saveFile(name, content),
    onError,
  })
  return { cancel, retry, remove, download }
}
