import { expect, test } from 'vitest'

import { actionsFor } from './actions'

test.each([
  ['active', false, ['edit', 'ban', 'disable', 'delete']],
  ['banned', true, ['edit', 'unban', 'disable', 'delete']],
  ['disabled', false, ['edit', 'ban', 'enable', 'delete']],
  ['disabled', true, ['edit', 'unban', 'enable', 'delete']],
])('%s, banned %s', (status, is_banned, expected) => {
  expect(actionsFor({ status, is_banned }).map(({ action }) => action)).toEqual(expected)
})
