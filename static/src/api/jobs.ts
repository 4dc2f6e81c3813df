import { answer, client, queryOf } from './client'
import type { Schema } from './types'

export type Job = Schema<'Job'>
export type JobKind = Job['kind']
export type JobState = Job['state']
export type JobItem = Schema<'JobItem'>
export type JobPage = Schema<'JobPage'>
export type JobDetails = Schema<'JobDetails'>
export type JobOrder = Schema<'JobOrder'>

export const jobKinds: JobKind[] = ['register', 'session_refresh', 'points_update', 'session_check', 'daily_credits']
export const jobStates: JobState[] = ['queued', 'running', 'done', 'failed', 'cancelled']

export interface JobFilter {
  state: string
  kind: string
  page: number
  size: number
}

/** Which of a job's accounts are told of. */
export interface JobItemFilter {
  state: string
  page: number
  size: number
}

export const jobsApi = {
  list: (filter: JobFilter, signal?: AbortSignal) =>
    answer(client.GET('/api/jobs', { params: { query: queryOf<'/api/jobs'>(filter) }, signal })),
  show: (id: number, { state, page, size }: JobItemFilter, signal?: AbortSignal) =>
    answer(
      client.GET('/api/jobs/{id}', {
        params: { path: { id }, query: queryOf<'/api/jobs/{id}'>({ item_state: state, page, size }) },
        signal,
      }),
    ),
  add: (order: JobOrder) => answer(client.POST('/api/jobs', { body: order })),
  cancel: (id: number) => answer(client.POST('/api/jobs/{id}/cancel', { params: { path: { id } } })),
  retry: (id: number) => answer(client.POST('/api/jobs/{id}/retry', { params: { path: { id } } })),
}
