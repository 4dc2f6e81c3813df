import { expect, test } from 'vitest'

import type { CatalogModel } from '@/api/models'

import { fieldsOf, formOf, placeOf, problemsOf } from './model_form'

const regions = ['us', 'hk', 'cn']
const stored: CatalogModel = {
  id: 'seed',
  needs_points: false,
  regions: ['us', 'hk'],
  send_as: 'jimeng-seed',
  names: [
    { name: 'seed-*', regions: ['hk', 'us'], send_as: 'jimeng-seed-*' },
    { name: 'seed-hk', regions: ['hk'], send_as: null },
  ],
  limit_setting: null,
  daily_limit: 20,
}

test('a new model is for all regions, needs points, has no limit, and wants an id', () => {
  const form = formOf(undefined, regions, [])
  expect(problemsOf(form)).toEqual({ id: 'required' })
  expect(fieldsOf({ ...form, id: ' seed ' }, false)).toEqual({
    id: 'seed',
    needs_points: true,
    regions,
    send_as: null,
    names: [],
    limit_setting: null,
    daily_limit: null,
  })
})

test('a name with the regions of its model keeps to them when they change', () => {
  const form = formOf(stored, regions, ['LIMIT_A'])
  expect(form.names).toEqual([
    { name: 'seed-*', send_as: 'jimeng-seed-*', regions: null },
    { name: 'seed-hk', send_as: '', regions: ['hk'] },
  ])
  expect(fieldsOf({ ...form, regions: ['cn'] }, true)).toEqual({
    needs_points: false,
    regions: ['cn'],
    send_as: 'jimeng-seed',
    names: [
      { name: 'seed-*', send_as: 'jimeng-seed-*' },
      { name: 'seed-hk', regions: ['hk'] },
    ],
    limit_setting: null,
    daily_limit: 20,
  })
})

test('a limit of a setting goes without a number, and one of its own without a setting', () => {
  const form = formOf({ ...stored, limit_setting: 'LIMIT_B', daily_limit: 60 }, regions, ['LIMIT_A', 'LIMIT_B'])
  expect(form).toMatchObject({ limit: 'setting', limit_setting: 'LIMIT_B', own_limit: '' })
  expect(fieldsOf(form, true)).toMatchObject({ limit_setting: 'LIMIT_B' })
  expect(fieldsOf(form, true)).not.toHaveProperty('daily_limit')
  expect(problemsOf({ ...form, limit: 'own' })).toEqual({ daily_limit: 'whole' })
  expect(fieldsOf({ ...form, limit: 'own', own_limit: '0' }, true)).toMatchObject({
    limit_setting: null,
    daily_limit: 0,
  })
  expect(fieldsOf({ ...form, limit: 'none' }, true)).toMatchObject({ limit_setting: null, daily_limit: null })
})

test('what is left empty is told by its row', () => {
  const form = {
    ...formOf(stored, regions, []),
    regions: [],
    names: [
      { name: ' ', send_as: '', regions: null },
      { name: 'a', send_as: '', regions: [] },
    ],
  }
  expect(problemsOf(form)).toEqual({ regions: 'required', 'names[0]': 'required', 'names[1]': 'noRegion' })
})

test.each([
  ['names[2].name', 'names[2]'],
  ['names[2].regions[0]', 'names[2]'],
  ['names', 'names'],
  ['regions[1]', 'regions'],
  ['daily_limit', 'daily_limit'],
  ['colour', null],
])('a fault of %s is shown at %s', (path, field) => {
  expect(placeOf(path)).toBe(field)
})
