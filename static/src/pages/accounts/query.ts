import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { AccountQuery, Me } from '@/api/types'

export const pageSizes = [50, 100, 200, 500]

const defaults: AccountQuery = { page: 1, size: 100, email: '', region: '', status: '', sort: 'id', order: 'asc' }

/** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
export function fromAddress(address: LocationQuery, me: Pick<Me, 'regions' | 'statuses'>, sortable: string[]): AccountQuery {
  const text = (key: string) => {
    const value = address[key]
    return typeof value === 'string' ? value : ''
  }
  const oneOf = (key: string, allowed: readonly string[], otherwise: string) =>
    allowed.includes(text(key)) ? text(key) : otherwise

  const page = Number(text('page'))
  return {
    page: Number.isSafeInteger(page) && page > 0 ? page : defaults.page,
    size: Number(oneOf('size', pageSizes.map(String), String(defaults.size))),
    email: text('email'),
    region: oneOf('region', me.regions, defaults.region),
    status: oneOf('status', me.statuses, defaults.status),
    sort: oneOf('sort', sortable, defaults.sort),
    order: text('order') === 'desc' ? 'desc' : 'asc',
  }
}

/** The address of a list; it names only what differs from the plain one. */
export function toAddress(query: AccountQuery): LocationQueryRaw {
  const told = Object.entries(query).filter(([key, value]) => value !== defaults[key as keyof AccountQuery])
  return Object.fromEntries(told.map(([key, value]) => [key, String(value)]))
}

/** The list after a change of what is asked for. Another selection or order starts at its first page. */
export function changed(query: AccountQuery, change: Partial<AccountQuery>): AccountQuery {
  return { ...query, page: 1, ...change }
}

/** A click on a column's head: upwards, then downwards, then back to the plain order. */
export function sortedBy(query: AccountQuery, sort: string): AccountQuery {
  if (query.sort !== sort) return changed(query, { sort, order: 'asc' })
  if (query.order === 'asc') return changed(query, { order: 'desc' })
  return changed(query, { sort: defaults.sort, order: defaults.order })
}

export function isFiltered(query: AccountQuery): boolean {
  return query.email !== '' || query.region !== '' || query.status !== ''
}

export function pageCount(total: number, size: number): number {
  return Math.max(1, Math.ceil(total / size))
}
