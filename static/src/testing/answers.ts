import type { Schema } from '@/api/types'

// What the service answers, with every field that its description asks for; a test changes the fields that it is about.

const now = () => new Date().toISOString()
export const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
export const ahead = (seconds: number) => ago(-seconds)

export function me(changes: Partial<Schema<'Me'>> = {}): Schema<'Me'> {
  return {
    authenticated: true,
    password_is_default: false,
    version: '0.1.0',
    regions: ['us', 'hk', 'jp', 'sg', 'cn'],
    statuses: ['active', 'banned', 'disabled', 'no_session', 'session_expired', 'no_points'],
    audit: {
      who: ['anonymous', 'password', 'session', 'token', 'scheduler', 'command_line'],
      actions: ['create', 'change', 'delete', 'login', 'logout', 'failed_login'],
      subjects: ['account', 'setting', 'model', 'job', 'schedule', 'session', 'key', 'database', 'generation'],
    },
    models: [
      { id: 'jimeng-4.0', column: 'jimeng_4_0_count', limit: 60 },
      { id: 'jimeng-4.1', column: 'jimeng_4_1_count', limit: 60 },
      { id: 'nanobanana', column: 'nanobanana_count', limit: 60 },
      { id: 'nanobananapro', column: 'nanobananapro_count', limit: 60 },
      { id: 'video-3.0', column: 'video_3_0_count', limit: 2 },
    ],
    ...changes,
  }
}

export function account(changes: Partial<Schema<'Account'>> & { email: string }): Schema<'Account'> {
  return {
    id: 1,
    region: 'us',
    session_id: '0123456789abcdef0123456789abcdef',
    proxy_url: null,
    points: 120,
    session_id_updated_at: ago(3600),
    created_at: ago(86_400),
    updated_at: ago(3600),
    last_used_at: null,
    error_count: 0,
    is_banned: false,
    ban_until: null,
    status: 'active',
    status_message: null,
    status_reason: null,
    status_cause: null,
    status_note: null,
    usage: {},
    in_flight: 0,
    refresh_failures: 0,
    jimeng_4_0_count: 0,
    jimeng_4_1_count: 0,
    nanobanana_count: 0,
    nanobananapro_count: 0,
    video_3_0_count: 0,
    ...changes,
  }
}

export function model(changes: Partial<Schema<'Model'>> & { id: string }): Schema<'Model'> {
  return {
    needs_points: true,
    regions: ['us', 'hk', 'jp', 'sg', 'cn'],
    send_as: null,
    names: [],
    limit_setting: null,
    daily_limit: null,
    ...changes,
  }
}

export function modelFigures(changes: Partial<Schema<'ModelFigures'>> & { id: string }): Schema<'ModelFigures'> {
  return { needs_points: true, daily_limit: 60, usable: 2, capacity: 120, remaining: 90, used_today: 30, ...changes }
}

export function scheduledJob(
  changes: Partial<Schema<'ScheduledJob'>> & Pick<Schema<'ScheduledJob'>, 'name'>,
): Schema<'ScheduledJob'> {
  return {
    when_message: { code: 'schedule.every_seconds', params: { count: 1 } },
    when: 'Every second',
    enabled: true,
    waits_for_message: null,
    waits_for: null,
    running: false,
    running_since: null,
    last_started_at: null,
    last_ended_at: null,
    duration_ms: null,
    outcome: null,
    result_message: null,
    message: null,
    next_run_at: ahead(60),
    run_requested_at: null,
    ...changes,
  }
}

export function job(changes: Partial<Schema<'Job'>> & { id: number }): Schema<'Job'> {
  return {
    kind: 'session_check',
    state: 'queued',
    account_id: null,
    scope: null,
    count: 0,
    total: 0,
    done: 0,
    failed: 0,
    note_message: null,
    note: null,
    error_message: null,
    error: null,
    requested_by: 'admin',
    retry_of: null,
    created_at: ago(10),
    started_at: null,
    updated_at: now(),
    ended_at: null,
    ...changes,
  }
}

export const endedJob = (changes: Parameters<typeof job>[0]) =>
  job({ state: 'done', started_at: ago(9), ended_at: ago(1), ...changes })

export function overview(changes: Partial<Schema<'Overview'>> = {}): Schema<'Overview'> {
  return {
    at: now(),
    day_began_at: ago(3600),
    accounts: {
      total: 3,
      by_status: { active: 2, banned: 0, disabled: 0, no_session: 1, session_expired: 0, no_points: 0 },
      at_limit: 0,
      in_flight: 0,
      waiting: 0,
    },
    points: 240,
    models: me().models.map(({ id }) => modelFigures({ id })),
    upstream: { state: 'closed', since: null, next_probe_at: null, failed_probes: null },
    jobs: { queued: 0, running: 0, items: [] },
    schedule: [scheduledJob({ name: 'prune', when_message: { code: 'schedule.daily_at', params: { time: '03:00' } } })],
    first_steps: {
      password_is_default: false,
      has_accounts: true,
      has_keys: true,
      register_service_configured: true,
      has_requests: true,
    },
    ...changes,
  }
}

export function auditRow(changes: Partial<Schema<'AuditRow'>> & { id: number }): Schema<'AuditRow'> {
  return {
    at: ago(60),
    who: 'session',
    session: '1',
    address: '127.0.0.1',
    action: 'change',
    subject: 'account',
    subject_id: '1',
    name: null,
    old: null,
    new: null,
    count: 1,
    last_at: null,
    ...changes,
  }
}

export function loggedRequest(changes: Partial<Schema<'LoggedRequest'>> & { id: string }): Schema<'LoggedRequest'> {
  return {
    started_at: ago(5),
    ended_at: ago(1),
    method: 'POST',
    path: '/v1/images/generations',
    model: 'jimeng-4.0',
    model_asked: null,
    api_key_id: null,
    outcome: 'success',
    status: 200,
    client_gone: false,
    attempt_count: 1,
    account_id: 1,
    email: 'ann@example.com',
    region: 'us',
    verdict: 'success',
    bytes_in: 39,
    bytes_out: 91,
    duration_ms: 4000,
    upstream_ms: 3900,
    own_ms: 100,
    ...changes,
  }
}

export function generation(changes: Partial<Schema<'Generation'>> & { id: string }): Schema<'Generation'> {
  return {
    request_id: changes.id.slice(4),
    state: 'queued',
    version: 1,
    method: 'POST',
    path: '/v1/images/generations',
    model: 'jimeng-4.0',
    api_key_id: null,
    created_at: ago(30),
    start_by: ahead(3600),
    sent_at: null,
    detached_at: null,
    ended_at: null,
    expires_at: ahead(86_400),
    attempt_count: 0,
    queue_position: null,
    progress: 0,
    eta_seconds: null,
    eta_sample: 0,
    status: null,
    outcome: null,
    error_code: null,
    may_have_been_paid: false,
    bytes_in: 39,
    bytes_out: 0,
    retry_of: null,
    ...changes,
  }
}

export function apiKey(changes: Partial<Schema<'ApiKey'>> & { id: number; name: string }): Schema<'ApiKey'> {
  return {
    prefix: 'dm-abcdefgh',
    state: 'active',
    models: [],
    calls_per_day: null,
    calls_per_minute: null,
    concurrency: null,
    keep_alive_blanks: null,
    async_mode: 'optional',
    store_results: 'default',
    storage_gb: null,
    expires_at: null,
    created_at: ago(60),
    revoked_at: null,
    last_used_at: null,
    use: { today: 0, this_minute: 0, total: 0, in_flight: 0 },
    ...changes,
  }
}

export function delivery(changes: Partial<Schema<'WebhookDelivery'>> = {}): Schema<'WebhookDelivery'> {
  return {
    id: 'msg_1',
    generation_id: null,
    api_key_id: 4,
    api_key_name: 'shop',
    event: 'webhook.test',
    url: 'https://shop.example/hook',
    state: 'pending',
    attempts: 0,
    next_at: now(),
    delivered_at: null,
    gave_up_at: null,
    last_status: null,
    last_error: null,
    last_error_message: null,
    created_at: now(),
    ...changes,
  }
}

type Setting = Schema<'SettingRow'>

export function setting(changes: Partial<Setting> & { key: keyof Schema<'Settings'> }): Setting {
  return {
    name: { en: changes.key, zh: changes.key },
    group: 'storage',
    type: 'integer',
    nullable: false,
    secret: false,
    unit: null,
    min: 1,
    max: 365,
    above_min: false,
    choices: null,
    form: null,
    range: '1–365',
    help: { en: 'What it does.', zh: '它的作用。' },
    default: 7,
    value: 7,
    reset: null,
    source: 'default',
    effect: 'at_once',
    ...changes,
  }
}

export function jobItem(changes: Partial<Schema<'JobItem'>>): Schema<'JobItem'> {
  return {
    account_id: 1,
    email: null,
    state: 'done',
    result_message: null,
    result: null,
    error_message: null,
    error: null,
    updated_at: now(),
    ...changes,
  }
}

export function session(changes: Partial<Schema<'Session'>> & { id: number }): Schema<'Session'> {
  return {
    created_at: ago(3600),
    last_seen_at: ago(5),
    expires_at: ahead(3600),
    address: '127.0.0.1',
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    current: false,
    ...changes,
  }
}

const noRequests = { requests: 0, attempts: 0, bytes_in: 0, bytes_out: 0, duration_ms: 0, upstream_ms: 0 }

/** Requests of the last hour by minute, or of the last day by hour; each series has its last step's count. */
export function stats(
  by: 'minute' | 'hour',
  ...series: { model: string; outcome: Schema<'RequestOutcome'>; requests: number }[]
): Schema<'RequestStats'> {
  const [count, step] = by === 'minute' ? [60, 60] : [24, 3600]
  const starts = Array.from({ length: count }, (_, at) => ago((count - at) * step))
  const row = (last: number) => Array.from({ length: count }, (_, at) => (at === count - 1 ? last : 0))
  const total = series.reduce((sum, { requests }) => sum + requests, 0)
  return {
    by,
    time_zone: 'UTC',
    from: starts[0]!,
    to: now(),
    starts,
    group: ['model', 'outcome'],
    totals: { ...noRequests, requests: total },
    series_total: series.length,
    series: series.map(({ model: name, outcome, requests }) => ({
      model: name,
      outcome,
      totals: { ...noRequests, requests },
      requests: row(requests),
      attempts: row(requests),
      bytes_in: row(0),
      bytes_out: row(0),
      duration_ms: row(0),
      upstream_ms: row(0),
    })),
  }
}

export function health(...checks: Schema<'HealthReport'>['checks']): Schema<'HealthReport'> {
  return { status: checks.length ? 'fault' : 'ok', checked_at: now(), checks }
}

/** Only those that a test is about: pages take no others from this answer, and so a new setting needs no line here. */
export function settingValues(values: Schema<'SettingValues'> = {}): Schema<'Settings'> {
  return values as Schema<'Settings'>
}

export function storedResult(changes: Partial<Schema<'StoredResult'>> & { id: string }): Schema<'StoredResult'> {
  return {
    generation_id: null,
    request_id: '1'.repeat(24),
    position: 0,
    media: 'image',
    state: 'stored',
    model: 'jimeng-4.0',
    api_key_id: null,
    account_id: 1,
    account_email: 'ann@example.com',
    mime: 'image/png',
    bytes: 1_200_000,
    width: 1024,
    height: 768,
    created_at: ago(60),
    expires_at: ahead(86_400),
    is_pinned: false,
    has_thumbnail: false,
    attempt_count: 1,
    error: null,
    content_url: `/api/results/${changes.id}/content`,
    ...changes,
  }
}

export const resultTotals = (
  changes: Partial<Schema<'StoredResultList'>['totals']> = {},
): Schema<'StoredResultList'>['totals'] => ({
  count: 1,
  bytes: 1_200_000,
  max_bytes: 20e9,
  free_bytes: 85e9,
  is_storing: true,
  ...changes,
})
