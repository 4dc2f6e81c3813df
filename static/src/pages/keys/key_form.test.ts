import { expect, test } from 'vitest'

import type { ApiKey } from '@/api/keys'

import { formOf, placeOf, problemsOf, termsOf } from './key_form'

const stored = {
  name: 'shop',
  models: ['jimeng-4.0'],
  calls_per_day: 500,
  calls_per_minute: null,
  concurrency: 4,
  keep_alive_blanks: 30,
  async_mode: 'always',
  store_results: 'copy',
  storage_gb: 5,
  expires_at: '2027-12-31T23:59:59.123Z',
} as ApiKey

test('a new key wants a name, and is not limited where nothing is said', () => {
  expect(problemsOf(formOf())).toEqual({ name: 'required' })
  expect(termsOf({ ...formOf(), name: ' shop ' })).toEqual({
    name: 'shop',
    models: [],
    calls_per_day: null,
    calls_per_minute: null,
    concurrency: null,
    keep_alive_blanks: null,
    async_mode: 'optional',
    store_results: 'default',
    storage_gb: null,
    expires_at: null,
  })
})

test('an untouched form changes nothing, not the milliseconds of the expiry either', () => {
  expect(problemsOf(formOf(stored))).toEqual({})
  expect(termsOf(formOf(stored), stored)).toEqual(stored)
})

test('what is emptied is no longer limited', () => {
  const form = { ...formOf(stored), calls_per_day: ' ', expires_at: '', all_models: true }
  expect(termsOf(form, stored)).toMatchObject({ calls_per_day: null, concurrency: 4, expires_at: null, models: [] })
})

test.each(['-1', '1.5', 'many'])('%s is no limit', (text) => {
  expect(problemsOf({ ...formOf(stored), calls_per_minute: text })).toEqual({ calls_per_minute: 'whole' })
})

test('not one model is not all models', () => {
  expect(problemsOf({ ...formOf(stored), models: [] })).toEqual({ models: 'noModel' })
})

test('a fault in a list is shown at the list, one of no field nowhere', () => {
  expect(placeOf('models[3]')).toBe('models')
  expect(placeOf('colour')).toBeNull()
})
