import { expect, test } from 'vitest'

import { figuresOf } from './figures'

const accounts = { total: 7, by_status: { active: 4, banned: 2, disabled: 1 }, at_limit: 1, in_flight: 3, waiting: 0 }

test('every status that the service knows is a number that leads to its accounts', () => {
  const figures = figuresOf({ accounts, points: 90.5 }, ['active', 'banned', 'disabled', 'frozen'])
  const said = Object.fromEntries(figures.map(({ name, ...figure }) => [name, figure]))
  expect(said['status.banned']).toEqual({ value: 2, kind: 'warn', to: '/accounts?status=banned' })
  expect(said['status.disabled']).toMatchObject({ value: 1, kind: 'plain' })
  expect(said['status.frozen']).toEqual({ value: 0, kind: 'plain', to: '/accounts?status=frozen' })
  expect(said['overview.pool.atLimit']).toMatchObject({ value: 1, to: '/accounts?at_limit=true' })
  expect(said['overview.pool.points']).toMatchObject({ value: 90.5 })
})

test('a pool without an active account is in a bad way', () => {
  const [, active] = figuresOf({ accounts: { ...accounts, by_status: {} }, points: 0 }, ['active'])
  expect(active).toMatchObject({ name: 'status.active', kind: 'bad' })
})
