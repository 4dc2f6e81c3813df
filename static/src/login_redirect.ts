import type { RouteLocationNormalizedLoaded, RouteLocationRaw } from 'vue-router'

type Route = Pick<RouteLocationNormalizedLoaded, 'name' | 'fullPath'>

/** Where to log in from `route`; null when one is there already. */
export function toLogin(route: Route): RouteLocationRaw | null {
  if (route.name === 'login') return null
  return { name: 'login', query: { next: route.fullPath } }
}

/** Where to go after logging in: only ever an address of this page. */
export function afterLogin(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/'
}
