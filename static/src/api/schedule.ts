import { answer, client } from './client'
import type { Schema } from './types'

export type ScheduledJob = Schema<'ScheduledJob'>

export const scheduleApi = {
  list: (signal?: AbortSignal) => answer(client.GET('/api/schedule', { signal })),
  run: (name: string) => answer(client.POST('/api/schedule/{name}/run', { params: { path: { name } } })),
}
