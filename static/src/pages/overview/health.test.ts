import { expect, test } from 'vitest'

import type { HealthCheck } from '@/api/overview'

import { factsOf, findingOf, isSilent, troubles, wayOf, zoneOf } from './health'
import { healthEn } from './health_messages'

const check = (
  name: string,
  code: string,
  state: HealthCheck['state'],
  facts: HealthCheck['facts'] = {},
): HealthCheck => ({
  name: name as HealthCheck['name'],
  code,
  state,
  facts,
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

test('facts are put into words', () => {
  const say = {
    time: () => 'noon',
    list: (words: string[]) => words.join('+'),
    job: (name: string) => `<${name}>`,
    megabytes: () => '9 MB',
  }
  const facts = {
    since: '2026-01-01T00:00:00Z',
    names: ['prune', 'points'],
    regions: ['us', 'hk'],
    free_bytes: 9e6,
    reason: 'no room',
    count: 2,
  }
  expect(factsOf(check('x', 'y', 'fault', facts), say)).toEqual({
    since: 'noon',
    names: '<prune>+<points>',
    regions: 'US+HK',
    free_bytes: '9 MB',
    reason: 'no room',
    count: '2',
  })
})

test('every finding says what to do', () => {
  for (const codes of Object.values(healthEn)) for (const words of Object.values(codes)) expect(words.todo).not.toBe('')
})
