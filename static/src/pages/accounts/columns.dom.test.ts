import { expect, test } from 'vitest'

import type { Account, Me } from '@/api/types'

import { leafColumns, optionalColumns, otherUsage, sortableKeys } from './columns'

const me = {
  models: [
    { id: 'jimeng-4.0', column: 'jimeng_4_0_count', limit: 60 },
    { id: 'video-3.0', column: 'video_3_0_count', limit: null },
  ],
} as Me

test('each model with a count of its own is a column under its own name', () => {
  const models = leafColumns(me).flatMap((column) => column.meta?.model ?? [])
  expect(models).toEqual(['jimeng-4.0', 'video-3.0'])
})

test('what the service cannot sort by has no sorting', () => {
  const keys = sortableKeys(me)
  expect(keys).toEqual(expect.arrayContaining(['id', 'email', 'status', 'jimeng_4_0_count', 'last_used_at']))
  for (const key of ['session_id', 'status_reason', 'other_usage', 'nanobanana_count', 'calls'])
    expect(keys).not.toContain(key)
})

test('the calls of all other models are told together, most used first', () => {
  const usage = { 'jimeng-4.0': 9, 'jimeng-4.5': 1, 'jimeng-5.0': 3, 'jimeng-3.0': 0 }
  expect(otherUsage({ usage } as unknown as Account, me)).toEqual([
    ['jimeng-5.0', 3],
    ['jimeng-4.5', 1],
  ])
})

test('every column but those that stay in sight can be hidden', () => {
  const ids = optionalColumns(me).map(({ id }) => id)
  expect(ids).toEqual(expect.arrayContaining(['status_reason', 'jimeng_4_0_count', 'other_usage', 'updated_at']))
  for (const id of ['email', 'status', 'calls']) expect(ids).not.toContain(id)
})
