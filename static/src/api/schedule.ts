import { call, type Schema } from './call'

export type ScheduledJob = Schema<'ScheduledJob'>

export const scheduleApi = {
  list: (signal?: AbortSignal) => call('GET', '/api/schedule', {}, signal),
  run: (name: string) => call('POST', '/api/schedule/{name}/run', { path: { name } }),
}
