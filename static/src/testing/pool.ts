import { FakeAccounts } from './accounts'
import {
  account,
  ago,
  apiKey,
  auditRow,
  endedJob,
  generation,
  loggedRequest,
  model,
  resultTotals,
  scheduledJob,
  session,
  storedResult,
} from './answers'
import type { FakeService } from './fake_service'
import { FakeSettings } from './settings'

/** A pool that has something to show on every page. */
export function fillPool(service: FakeService): void {
  new FakeAccounts(service, [
    account({ id: 1, email: 'ann@example.com' }),
    account({
      id: 2,
      email: 'bob@example.com',
      region: 'cn',
      session_id: null,
      status: 'no_session',
      status_message: { code: 'account.no_session', params: {} },
    }),
  ])
  new FakeSettings(service)
  service
    .on('GET', '/api/openapi.json', { info: { title: 'Dreamina Manager', version: '1', description: 'The API.' } })
    .on('GET', '/api/models', {
      items: [
        model({
          id: 'video-3.0',
          limit_setting: 'LIMIT_VIDEO_3_0',
          daily_limit: 2,
          names: [{ name: 'jimeng-video-3.0', regions: ['us'], send_as: null }],
        }),
        model({ id: 'jimeng-4.0', needs_points: false }),
      ],
    })
    .on('GET', '/api/keys', {
      total: 1,
      page: 1,
      size: 100,
      items: [apiKey({ id: 1, name: '1', calls_per_day: 5, calls_per_minute: 2, concurrency: 1 })],
    })
    .on('GET', '/api/jobs', { total: 1, page: 1, size: 50, items: [endedJob({ id: 1, scope: 'all' })] })
    .on('GET', '/api/schedule', {
      scheduler: { running: true, beat_at: ago(1) },
      items: [scheduledJob({ name: 'prune', when_message: { code: 'schedule.daily_at', params: { time: '03:00' } } })],
    })
    .on('GET', '/api/audit', {
      size: 100,
      next_cursor: null,
      items: [
        auditRow({
          id: 2,
          subject_id: '1',
          name: 'ann@example.com',
          old: { points: 5, region: 'us' },
          new: { points: 7, region: 'jp' },
        }),
        auditRow({
          id: 1,
          action: 'create',
          subject_id: '1',
          name: 'ann@example.com',
          new: { email: 'ann@example.com', password: 'set', region: 'us', session_id: 'set', points: 5 },
        }),
      ],
    })
    .on('GET', '/api/sessions', {
      items: [session({ id: 1, current: true }), session({ id: 2, user_agent: 'curl/8.5.0' })],
    })
    .on('GET', '/api/requests', {
      size: 100,
      next_cursor: null,
      looked_back_to: null,
      items: [loggedRequest({ id: '1'.repeat(24) })],
    })
    .on('GET', '/api/generations', {
      size: 100,
      next_cursor: null,
      open: { queued: 1, in_progress: 0 },
      items: [generation({ id: `gen_${'2'.repeat(24)}`, queue_position: 1 })],
    })
    .on('GET', '/api/results', {
      size: 60,
      next_cursor: null,
      totals: resultTotals(),
      items: [storedResult({ id: `res_${'3'.repeat(24)}` })],
    })
}
