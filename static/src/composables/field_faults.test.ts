import { expect, test } from 'vitest'

import { ApiError, Unreachable } from '@/api/request'

import { fieldFaultsOf } from './field_faults'

test('a refusal names its fields and what is wrong with each', () => {
  const params = { max: 100 }
  const fields = [
    { field: 'names[2].name', code: 'field.too_long', params, detail: 'in English' },
    { field: 'regions', code: 'field.empty', params: {}, detail: 'in English' },
  ]
  expect(fieldFaultsOf(new ApiError(422, 'invalid_field', 'in English', { fields }))).toEqual([
    { path: 'names[2].name', message: { code: 'field.too_long', params } },
    { path: 'regions', message: { code: 'field.empty', params: {} } },
  ])
})

test('what speaks of no field', () => {
  expect(fieldFaultsOf(new ApiError(404, 'unknown_key', 'there is no such API key', { fields: [] }))).toEqual([])
  expect(fieldFaultsOf(new ApiError(502, 'bad_gateway', 'what nginx answers'))).toEqual([])
  expect(fieldFaultsOf(new Unreachable('no answer'))).toEqual([])
})
