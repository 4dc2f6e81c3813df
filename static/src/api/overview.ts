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
  /** When the daily counts were last reset. */
  day_began_at: string
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

/** The requests of one model that ended one way, step by step. */
export interface StatsSeries {
  /** null: none could be read from the request. */
  model: string | null
  outcome: string
  requests: number[]
  totals: { requests: number }
}

export interface Stats {
  by: 'minute' | 'hour'
  from: string
  starts: string[]
  totals: { requests: number }
  series: StatsSeries[]
}

/** Something that wants attention; `code` says what it is, `facts` of whom or since when. */
export interface HealthCheck {
  name: string
  state: 'ok' | 'warning' | 'fault'
  message: string
  advice: string | null
  code: string
  facts: Record<string, string | number | string[]>
}

export interface Health {
  status: HealthCheck['state']
  checked_at: string
  checks: HealthCheck[]
}

export const overviewApi = {
  show: (signal?: AbortSignal) => request<Overview>('GET', '/api/overview', undefined, signal),
  /** The last hour by minute, or the last day by hour. */
  stats: (by: Stats['by'], signal?: AbortSignal) =>
    request<Stats>('GET', `/api/stats?by=${by}&group=model,outcome&size=500`, undefined, signal),
  health: (signal?: AbortSignal) => request<Health>('GET', '/api/health', undefined, signal),
}
