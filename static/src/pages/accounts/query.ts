import type { LocationQuery, LocationQueryRaw } from 'vue-router'

import type { AccountFilter, AccountQuery, Me } from '@/api/types'

/** In place of a page's size: the whole list, read on by scrolling. */
export const endless = 0

export const pageSizes = [endless, 50, 100, 200, 500]

export const noFilter: AccountFilter = { email: '', region: [], status: [], available_for: '', at_limit: false }

const defaults: AccountQuery = { ...noFilter, page: 1, size: endless, sort: 'id', order: 'asc' }

/** What the list is asked for, out of the page's address; what makes no sense there is as if absent. */
export function fromAddress(
  address: LocationQuery,
  me: Pick<Me, 'regions' | 'statuses'>,
  sortable: string[],
): AccountQuery {
  const text = (key: string) => {
    const value = address[key]
    return typeof value === 'string' ? value : ''
  }
  const oneOf = (key: string, allowed: readonly string[], otherwise: string) =>
    allowed.includes(text(key)) ? text(key) : otherwise
  const someOf = (key: string, allowed: readonly string[]) => {
    const named = new Set(text(key).split(','))
    return allowed.filter((value) => named.has(value))
  }

  const page = Number(text('page'))
  const size = Number(oneOf('size', pageSizes.map(String), String(defaults.size)))
  return {
    page: size !== endless && Number.isSafeInteger(page) && page > 0 ? page : defaults.page,
    size,
    email: text('email'),
    region: someOf('region', me.regions),
    status: someOf('status', me.statuses),
    available_for: text('available_for') || text('room'), // room: its former name
    at_limit: text('at_limit') === 'true',
    sort: oneOf('sort', sortable, defaults.sort),
    order: text('order') === 'desc' ? 'desc' : 'asc',
  }
}

/** The address of a list; it names only what differs from the plain one. */
export function toAddress(query: AccountQuery): LocationQueryRaw {
  const told = Object.entries(query).filter(
    ([key, value]) => String(value) !== String(defaults[key as keyof AccountQuery]),
  )
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

export function filterOf({ email, region, status, available_for, at_limit }: AccountQuery): AccountFilter {
  return { email, region, status, available_for, at_limit }
}

export function isFiltered(query: AccountQuery): boolean {
  return JSON.stringify(filterOf(query)) !== JSON.stringify(noFilter)
}

export function pageCount(total: number, size: number): number {
  return size === endless ? 1 : Math.max(1, Math.ceil(total / size))
}
