import { expect, test } from 'vitest'

import { actionsFor } from './actions'

const jobs = ['session_refresh', 'points_update', 'region', 'export']

test.each([
  ['active', false, ['details', 'edit', 'ban', 'disable', ...jobs, 'delete']],
  ['banned', true, ['details', 'edit', 'unban', 'disable', ...jobs, 'delete']],
  ['disabled', false, ['details', 'edit', 'ban', 'enable', ...jobs, 'delete']],
  ['disabled', true, ['details', 'edit', 'unban', 'enable', ...jobs, 'delete']],
])('%s, banned %s', (status, is_banned, expected) => {
  expect(actionsFor({ status, is_banned })).toEqual(expected)
})
