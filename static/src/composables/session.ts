import { useMutation, useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'

import { sessionApi } from '@/api/session'

import { useFailureText } from './failures'
import { useToasts } from './toasts'

/** Who is logged in, and what the service is made of (regions, states, models). */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => sessionApi.me(signal),
    staleTime: 30_000,
    // Until it is known there is no page to show, so ask often; later only in case a setting changes.
    refetchInterval: (query) => (query.state.data ? 60_000 : 5_000),
  })
}

/** For what is inside AppLayout, which shows it only once this is known. */
export function useKnownMe() {
  const { data } = useMe()
  return computed(() => data.value!)
}

/** By it, the other tabs are told that this change ends the session. */
export const logoutKey = 'logout'

export function useLogout() {
  const queries = useQueryClient()
  const router = useRouter()
  const toasts = useToasts()
  const failureText = useFailureText()
  const { t } = useI18n()
  return useMutation({
    mutationKey: [logoutKey],
    mutationFn: sessionApi.logout,
    onSuccess: async () => {
      await router.push({ name: 'login' })
      queries.removeQueries()
      toasts.done(t('session.loggedOut'))
    },
    onError: (failure) => toasts.failed(failureText(failure)),
  })
}
