import { useMutation, useQueryClient } from '@tanstack/vue-query'

import { useFailureText } from './failures'
import { useToasts } from './toasts'

export interface Change {
  run: () => Promise<unknown>
  /** What to say when it is done; nothing for what shows by itself. */
  done?: string
}

/** Runs changes, says what is done and reads again what they concern. A form tells its failures itself. */
export function useChanges(concerned: string[], { tellFailure = true } = {}) {
  const queries = useQueryClient()
  const toasts = useToasts()
  const failureText = useFailureText()
  return useMutation({
    mutationFn: (change: Change) => change.run(),
    onSuccess: (_, { done }) => done && toasts.done(done),
    onError: (failure) => tellFailure && toasts.failed(failureText(failure)),
    onSettled: () => concerned.forEach((key) => void queries.invalidateQueries({ queryKey: [key] })),
  })
}
