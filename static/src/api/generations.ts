import { answer, client, file, queryOf } from './client'
import type { Schema } from './types'

export type Generation = Schema<'Generation'>
export type GenerationDetails = Schema<'GenerationDetails'>
export type GenerationPage = Schema<'GenerationList'>
export type GenerationState = Schema<'GenerationState'>

export const generationStates: GenerationState[] = ['queued', 'in_progress', 'completed', 'failed', 'cancelled']

/** An empty filter is no filter. */
export interface GenerationQuery {
  /** A state; `open` or `ended` for several. */
  state: string
  model: string
  /** 0: the administrator's password. */
  api_key_id: string
  id: string
  /** Created then or later, and before. */
  from: string
  to: string
}

export const generationsApi = {
  list: (query: Partial<GenerationQuery> & { size: number; cursor?: string }, signal?: AbortSignal) =>
    answer(client.GET('/api/generations', { params: { query: queryOf<'/api/generations'>(query) }, signal })),
  show: (id: string, signal?: AbortSignal) =>
    answer(client.GET('/api/generations/{id}', { params: { path: { id } }, signal })),
  /** What its client got, or would have got. */
  answer: (id: string) =>
    file(client.GET('/api/generations/{id}/answer', { params: { path: { id } }, parseAs: 'blob' })),
  cancel: (id: string) => answer(client.POST('/api/generations/{id}/cancel', { params: { path: { id } } })),
  retry: (id: string) => answer(client.POST('/api/generations/{id}/retry', { params: { path: { id } } })),
  remove: (id: string) => answer(client.DELETE('/api/generations/{id}', { params: { path: { id } } })),
}
