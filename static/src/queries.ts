import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import type { Router } from 'vue-router'

import { ApiError } from './api/request'
import { sessionEnded } from './composables/session_end'
import { toLogin } from './login_redirect'

/**
 * What was read from the API, and when. Whatever call finds that nobody is logged in leads to the login; if somebody
 * was until then, the login comes to the page. Any answer tells that somebody is again, be it in another tab.
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

  const queries = new QueryClient({
    queryCache: new QueryCache({ onError, onSuccess: () => (sessionEnded.value = false) }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Polling is the retry; and a service on this very machine needs no network to be "online".
      queries: { retry: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}
