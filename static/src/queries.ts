import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import type { Router } from 'vue-router'

import { ApiError } from './api/request'
import { logoutKey } from './composables/session'
import { sessionEnded } from './composables/session_end'
import { joinTabs } from './composables/tabs'
import { toLogin } from './login_redirect'

/**
 * What was read from the API, and when. A call that finds the login ended leads to the login; if one
 * was until then, the login comes to the page. Any answer tells that one is again, be it in another tab.
 * What is changed in one tab is asked for again by the others, and a logout in one ends the login in all.
 */
export function createQueries(router: Router): QueryClient {
  function onError(failure: unknown) {
    if (!(failure instanceof ApiError) || failure.status !== 401) return
    const redirect = toLogin(router.currentRoute.value)
    if (redirect && queries.getQueryData(['me']) !== undefined) {
      sessionEnded.value = true
      return
    }
    queries.removeQueries()
    if (redirect) void router.replace(redirect)
  }

  const tell = joinTabs((news) => {
    if (news === 'changed') return void queries.invalidateQueries()
    const redirect = toLogin(router.currentRoute.value)
    queries.removeQueries()
    if (redirect) void router.replace(redirect)
  })

  const queries = new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: () => (sessionEnded.value = false) }),
    mutationCache: new MutationCache({
      onError,
      onSuccess: (_answer, _given, _context, { options }) =>
        tell(options.mutationKey?.[0] === logoutKey ? 'loggedOut' : 'changed'),
    }),
    defaultOptions: {
      // Polling is the retry; and a service on this very machine needs no network to be "online".
      queries: { retry: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}
