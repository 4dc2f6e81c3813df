import type { RouteLocationNormalizedLoaded, RouteLocationRaw } from 'vue-router'

type Place = Pick<RouteLocationNormalizedLoaded, 'name' | 'fullPath'>

/** Where to log in from `place`; null when one is there already. */
export function toLogin(place: Place): RouteLocationRaw | null {
  if (place.name === 'login') return null
  return { name: 'login', query: { next: place.fullPath } }
}

/** Where to go after logging in: only ever an address of this page. */
export function afterLogin(next: unknown): string {
  return typeof next === 'string' && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : '/'
}
