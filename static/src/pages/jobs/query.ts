import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import { jobKinds, jobStates, type JobFilter } from '@/api/jobs'

const size = 50

function oneOf(value: unknown, allowed: readonly string[]): string {
  return typeof value === 'string' && allowed.includes(value) ? value : ''
}

/** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
export function fromAddress(address: LocationQuery): JobFilter {
  const page = Number(address.page)
  return {
    state: oneOf(address.state, jobStates),
    kind: oneOf(address.kind, jobKinds),
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
    size,
  }
}

/** The address of a list; it names only what differs from the plain one. */
export function toAddress({ state, kind, page }: JobFilter): LocationQueryRaw {
  return { ...(state && { state }), ...(kind && { kind }), ...(page > 1 && { page: String(page) }) }
}

/** Other filters start at their first page. */
export function changed(filter: JobFilter, change: Partial<JobFilter>): JobFilter {
  return { ...filter, page: 1, ...change }
}
