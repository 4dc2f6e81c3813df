import { base } from '@/base'

import { answer, client, queryOf } from './client'
import type { Schema } from './types'

export type StoredResult = Schema<'StoredResult'>
export type ResultPage = Schema<'StoredResultList'>
export type ResultTotals = ResultPage['totals']
export type ResultMedia = NonNullable<StoredResult['media']>
export type ResultState = StoredResult['state']

export const resultMedia: ResultMedia[] = ['image', 'video']
export const resultStates: ResultState[] = ['pending', 'stored', 'failed', 'expired']

/** An empty filter is no filter. */
export interface ResultQuery {
  media: string
  state: string
  model: string
  /** 0: the administrator's password. */
  api_key_id: string
  /** `true`: only those that are kept until they are unpinned. */
  is_pinned: string
  /** Of a result, or of the request or generation that it belongs to. */
  id: string
  /** Created then or later, and before. */
  from: string
  to: string
}

export const resultsApi = {
  list: (query: Partial<ResultQuery> & { size: number; cursor?: string }, signal?: AbortSignal) =>
    answer(client.GET('/api/results', { params: { query: queryOf<'/api/results'>(query) }, signal })),
  show: (id: string, signal?: AbortSignal) =>
    answer(client.GET('/api/results/{id}', { params: { path: { id } }, signal })),
  pin: (id: string) => answer(client.POST('/api/results/{id}/pin', { params: { path: { id } } })),
  unpin: (id: string) => answer(client.POST('/api/results/{id}/unpin', { params: { path: { id } } })),
  /** Tries again to fetch one that could not be fetched. */
  fetch: (id: string) => answer(client.POST('/api/results/{id}/fetch', { params: { path: { id } } })),
  remove: (id: string) => answer(client.DELETE('/api/results/{id}', { params: { path: { id } } })),
}

/** Where the browser finds the image or video itself. */
export const contentUrl = (id: string) => `${base}api/results/${id}/content`
export const downloadUrl = (id: string) => `${contentUrl(id)}?download=true`
export const thumbnailUrl = (id: string) => `${base}api/results/${id}/thumbnail`
