import { expect, test } from 'vitest'

import { changedFields } from './changed_fields'

test('what was stands beside what is', () => {
  expect(changedFields({ points: 3, region: 'us' }, { points: 4, session_id: 'set' })).toEqual([
    { field: 'points', from: 3, to: 4 },
    { field: 'region', from: 'us' },
    { field: 'session_id', to: 'set' },
  ])
  expect(changedFields(null, null)).toEqual([])
})
