import { request } from './request'

export interface ScheduledJob {
  name: string
  when: string
  enabled: boolean
  waits_for: string | null
  running: boolean
  running_since: string | null
  last_started_at: string | null
  last_ended_at: string | null
  duration_ms: number | null
  outcome: 'ok' | 'failed' | null
  message: string | null
  next_run_at: string | null
  run_requested_at: string | null
}

export const scheduleApi = {
  list: (signal?: AbortSignal) =>
    request<{ scheduler: { running: boolean; beat_at: string | null }; items: ScheduledJob[] }>('GET', '/api/schedule', undefined, signal),
  run: (name: string) => request<{ scheduler: { running: boolean } }>('POST', `/api/schedule/${encodeURIComponent(name)}/run`),
}
