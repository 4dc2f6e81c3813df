import { expect, test } from 'vitest'

import { ApiError, Unreachable } from '@/api/request'

import { fieldFaultOf } from './field_faults'

test('a refusal names its field and what is wrong with it', () => {
  const params = { max: 100 }
  const fields = [{ field: 'names[2].name', code: 'field.too_long', params, detail: 'in English' }]
  expect(fieldFaultOf(new ApiError(422, 'invalid_field', 'in English', { fields }))).toEqual({
    path: 'names[2].name',
    message: { code: 'field.too_long', params },
  })
})

test('what speaks of no field', () => {
  expect(fieldFaultOf(new ApiError(404, 'unknown_key', 'there is no such API key', { fields: [] }))).toBeNull()
  expect(fieldFaultOf(new ApiError(502, 'bad_gateway', 'what nginx answers'))).toBeNull()
  expect(fieldFaultOf(new Unreachable('no answer'))).toBeNull()
})
