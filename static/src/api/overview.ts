import type { Job } from './jobs'
import { request } from './request'
import type { ScheduledJob } from './schedule'

export interface ModelFigures {
  id: string
  needs_points: boolean
  daily_limit: number | null
  /** Accounts that could serve it now. */
  usable: number
  capacity: number | null
  remaining: number | null
  used_today: number
}

export interface Upstream {
  state: 'closed' | 'open' | 'half_open'
  since: string | null
  next_probe_at: string | null
  failed_probes: number | null
}

export interface Overview {
  at: string
  accounts: { total: number; by_status: Record<string, number>; at_limit: number; in_flight: number; waiting: number }
  points: number
  models: ModelFigures[]
  upstream: Upstream
  jobs: { queued: number; running: number; items: Job[] }
  schedule: ScheduledJob[]
  first_steps: {
    password_is_default: boolean
    has_accounts: boolean
    has_keys: boolean
    register_service_configured: boolean
    has_requests: boolean
  }
}

export interface StatsSeries {
  outcome?: string
  model?: string
  requests: number[]
  totals: { requests: number }
}

export interface Stats {
  by: 'minute' | 'hour' | 'day'
  starts: string[]
  totals: { requests: number }
  series: StatsSeries[]
}

export const overviewApi = {
  show: (signal?: AbortSignal) => request<Overview>('GET', '/api/overview', undefined, signal),
  stats: (by: 'minute' | 'hour', group: 'outcome' | 'model', signal?: AbortSignal) =>
    request<Stats>('GET', `/api/stats?by=${by}&group=${group}&size=20`, undefined, signal),
}
