import { expect, test } from 'vitest'

import type { HealthCheck } from '@/api/overview'
import en from '@/locales/service/en.json'

import { findingOf, isSilent, messagesOf, troubles, wayOf, zoneOf } from './health'

const check = (
  name: string,
  code: string,
  state: HealthCheck['state'],
  params: HealthCheck['params'] = {},
): HealthCheck => ({
  name: name as HealthCheck['name'],
  code,
  state,
  params,
  facts: {},
  message: '',
  advice: null,
})

test('the worst comes first; what is well, or said elsewhere, is left out', () => {
  const checks = [
    check('disk', 'ok', 'ok'),
    check('jobs', 'failed', 'warning'),
    check('password', 'default', 'warning'),
    check('scheduler', 'not_running', 'fault'),
  ]
  expect(troubles(checks).map(findingOf)).toEqual(['scheduler.not_running', 'jobs.failed'])
})

test('an upstream that does not answer is told from one that fails', () => {
  expect(isSilent([check('upstream', 'unreachable', 'fault')])).toBe(true)
  expect(isSilent([check('upstream', 'web_page', 'fault')])).toBe(true)
  expect(isSilent([check('upstream', 'outage', 'fault')])).toBe(false)
  expect(isSilent([check('upstream', 'ok', 'ok')])).toBe(false)
  expect(wayOf(check('upstream', 'ends_in_v1', 'fault'))).toBe('/settings')
  expect(wayOf(check('upstream', 'outage', 'fault'))).toBe('/requests?outcome=upstream_failed')
})

test('the time zone is told whether it is well or not', () => {
  const shanghai = { zone: 'Asia/Shanghai', offset: '+08:00' }
  expect(zoneOf([check('disk', 'ok', 'ok'), check('time_zone', 'ok', 'ok', shanghai)])).toEqual(shanghai)
  const wrong = { zone: 'Asia/Shangai', offset: '+00:00' }
  expect(zoneOf([check('time_zone', 'unknown', 'fault', wrong)])).toEqual(wrong)
  expect(zoneOf([])).toBeUndefined()
})

test('a finding is told by its code, with what to do about it', () => {
  expect(messagesOf(check('disk', 'low_space', 'warning', { free_bytes: 9e6 }))).toEqual({
    what: { code: 'health.disk.low_space.summary', params: { free_bytes: 9e6 } },
    todo: { code: 'health.disk.low_space.advice', params: { free_bytes: 9e6 } },
  })
})

test('every finding of something wrong that the page shows says what to do', () => {
  const wrong = Object.values(en.health).flatMap((words) => Object.entries<object>(words))
  const withAdvice = wrong.filter(([, texts]) => 'advice' in texts)
  expect(withAdvice.length).toBeGreaterThan(40)
  for (const [word, texts] of wrong)
    if (!('advice' in texts))
      expect(word).toMatch(/^(ok|off|none|none_yet|unknown|whole|not_configured|last_good|draining)$/)
})
