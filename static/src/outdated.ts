import type { Router } from 'vue-router'

import { base } from './base'
import { useToasts } from './composables/toasts'
import { i18n } from './i18n'

const lastAt = 'reloaded-at'
/** ms; what is missing after that is missing for another reason. */
const patience = 30_000

/**
 * A file of the page could not be loaded. After an upgrade of the service the files that an open page would still load
 * are gone, and what once failed to load is not asked for again: the page reloads where the user wanted to
 * go. But not while the service is away: the browser would have nothing to show in its place.
 */
export function loadAnewWhenOutdated(router: Router) {
  let wanted = ''
  router.beforeEach((to) => {
    wanted = to.fullPath
  })
  addEventListener('vite:preloadError', () => void loadAnew(router.resolve(wanted).href))
}

async function loadAnew(address: string) {
  if (Date.now() - Number(sessionStorage.getItem(lastAt)) < patience) return
  if (!(await isServed())) return void useToasts().failed(i18n.global.t('error.unreachable'))
  sessionStorage.setItem(lastAt, String(Date.now()))
  location.assign(address)
}

async function isServed(): Promise<boolean> {
  try {
    return (await fetch(base, { cache: 'no-store', signal: AbortSignal.timeout(15_000) })).ok
  } catch {
    return false
  }
}
