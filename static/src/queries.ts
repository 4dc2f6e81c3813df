import { MutationCache, QueryCache, QueryClient } from '@tanstack/vue-query'
import type { Router } from 'vue-router'

import { ApiError } from './api/request'
import { toLogin } from './login_redirect'

/**
 * What was read from the API, and when. Whatever call finds that the session has ended leads to the
 * login, which leads back to where one was.
 */
export function createQueries(router: Router): QueryClient {
  function onError(failure: unknown) {
    if (!(failure instanceof ApiError) || failure.status !== 401) return
    const redirect = toLogin(router.currentRoute.value, queries.getQueryData(['me']) !== undefined)
    queries.removeQueries()
    if (redirect) void router.replace(redirect)
  }

  const queries = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({ onError }),
    defaultOptions: {
      // Polling is the retry; and a service on this very machine needs no network to be "online".
      queries: { retry: false, networkMode: 'always' },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}
