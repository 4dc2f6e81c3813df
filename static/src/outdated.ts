import type { Router } from 'vue-router'

const lastAt = 'loaded-anew-at'
/** ms; what is missing after that is missing for another reason. */
const patience = 30_000

/**
 * After an upgrade of the service the files that an open page would still load are gone: it loads itself anew, where
 * somebody wanted to go.
 */
export function loadAnewWhenOutdated(router: Router) {
  let wanted = ''
  router.beforeEach((to) => {
    wanted = to.fullPath
  })
  addEventListener('vite:preloadError', (event) => {
    if (Date.now() - Number(sessionStorage.getItem(lastAt)) < patience) return
    sessionStorage.setItem(lastAt, String(Date.now()))
    event.preventDefault()
    location.assign(router.resolve(wanted).href)
  })
}
