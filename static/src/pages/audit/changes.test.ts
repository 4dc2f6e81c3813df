import { expect, test } from 'vitest'

import { changesOf, placeOf, shown } from './changes'

test('fields of before and after stand side by side', () => {
  expect(changesOf({ old: { points: 3, region: 'us' }, new: { points: 4, session_id: 'set' } })).toEqual([
    { field: 'points', from: 3, to: 4 },
    { field: 'region', from: 'us' },
    { field: 'session_id', to: 'set' },
  ])
  expect(changesOf({ old: null, new: null })).toEqual([])
})

test.each([
  ['points', 12.5, { kind: 'number', value: 12.5 }],
  ['PORT', 6311, { kind: 'text', value: '6311' }],
  ['is_banned', true, { kind: 'flag', value: true }],
  ['ban_until', null, { kind: 'nothing' }],
  ['ban_until', '2026-11-22T11:28:34.000Z', { kind: 'time', value: '2026-11-22T11:28:34.000Z' }],
  ['region', 'hk', { kind: 'text', value: 'HK' }],
  ['regions', ['us', 'hk'], { kind: 'text', value: 'US, HK' }],
  ['names', [{ name: 'seed-*', regions: ['hk', 'cn'] }], { kind: 'text', value: 'seed-* (HK CN)' }],
  ['names', [], { kind: 'nothing' }],
  ['models', [], { kind: 'all' }],
  ['models', ['a', 'b'], { kind: 'text', value: 'a, b' }],
  ['password', 'set', { kind: 'secret', value: 'set' }],
  ['ADMIN_PASSWORD', 'changed', { kind: 'secret', value: 'changed' }],
  ['name', 'set', { kind: 'text', value: 'set' }],
  ['kind', 'session_refresh', { kind: 'word', group: 'job.kind', value: 'session_refresh' }],
  ['accounts', 'all', { kind: 'all' }],
  ['accounts', 2000, { kind: 'accounts', value: 2000 }],
  ['accounts', [1, 2], { kind: 'text', value: '#1, #2' }],
  ['filter', { region: 'jp,cn', status: 'active' }, { kind: 'text', value: 'region=jp,cn status=active' }],
  ['colours', { a: 1 }, { kind: 'text', value: 'a=1' }],
])('%s: %j', (field, value, expected) => {
  expect(shown(field, value)).toEqual(expected)
})

test.each<[Parameters<typeof placeOf>[0], string | null]>([
  [{ action: 'ban', subject: 'account', subject_id: '7', name: 'a@b.c' }, '/accounts?account=7'],
  [{ action: 'delete', subject: 'account', subject_id: '7', name: 'a@b.c' }, null],
  [{ action: 'import', subject: 'account', subject_id: null, name: null }, null],
  [{ action: 'change', subject: 'model', subject_id: 'a+b', name: 'a+b' }, '/models?model=a%2Bb'],
  [{ action: 'revoke', subject: 'key', subject_id: '3', name: 'the shop' }, '/keys?name=the%20shop'],
  [{ action: 'queue', subject: 'job', subject_id: '5', name: 'register' }, '/jobs/5'],
  [{ action: 'cancel', subject: 'generation', subject_id: 'gen_1', name: 'm-1' }, '/generations/gen_1'],
  [{ action: 'change', subject: 'setting', subject_id: 'PORT', name: 'PORT' }, '/settings?q=PORT'],
  [{ action: 'login', subject: 'session', subject_id: '5', name: null }, '/sessions'],
  [{ action: 'backup', subject: 'database', subject_id: null, name: 'a.db' }, null],
])('%j leads to %s', (row, place) => {
  expect(placeOf(row)).toBe(place)
})
