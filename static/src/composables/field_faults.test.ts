import { expect, test } from 'vitest'

import { ApiError, Unreachable } from '@/api/request'

import { en } from '@/i18n/en'

import { fieldFaultOf } from './field_faults'

const refused = (detail: string, code = 'invalid_field', status = 422) =>
  fieldFaultOf(new ApiError(status, code, detail))

test.each([
  ['name is required', 'name', 'required', {}],
  ['models must not be null; an empty list is for all models', 'models', 'required', {}],
  ['calls_per_day must be from 1 to 1000000000', 'calls_per_day', 'range', { min: '1', max: '1000000000' }],
  ['names[2].name must not begin or end with a blank', 'names[2].name', 'blankEnds', {}],
  ['names[1].name is the same as names[0].name', 'names[1].name', 'twice', {}],
  [
    'names[0].regions[1] must be one of us, hk, jp, sg, cn',
    'names[0].regions[1]',
    'choice',
    { choices: 'us, hk, jp, sg, cn' },
  ],
  ['models[0] is seed 5, which is no model of the catalogue', 'models[0]', 'noModel', { name: 'seed 5' }],
  ['id must not hold *, which only names may', 'id', 'sign', { sign: '*' }],
  [
    'daily_limit comes from the setting LIMIT_X: change that, or send limit_setting as null',
    'daily_limit',
    'fromSetting',
    { setting: 'LIMIT_X' },
  ],
  ['expires_at must be in the future', 'expires_at', 'past', {}],
])('%s', (detail, path, kind, values) => {
  expect(refused(detail)).toMatchObject({ path, kind, values })
  expect(en.fault).toHaveProperty(kind)
})

test('a fault without words here keeps those of the service', () => {
  expect(refused('colour must match the curtains')).toEqual({
    path: 'colour',
    kind: null,
    values: {},
    detail: 'must match the curtains',
  })
})

test.each([
  ['known_email', 'an account with the e-mail a@b.c is there already', 'email', 'known'],
  ['known_name', 'there is an API key with the name a already', 'name', 'known'],
  ['known_name', 'the name a b belongs to the model c already', 'names', 'ownersName'],
  ['known_model', 'the model a is there already', 'id', 'known'],
  ['no_limit_bit', '51 models have a limit', 'daily_limit', 'tooManyLimits'],
])('%s names its field by what it is', (code, detail, path, kind) => {
  expect(refused(detail, code, 409)).toMatchObject({ path, kind })
  expect(en.fault).toHaveProperty(kind)
})

test('a field that the service does not know', () => {
  expect(refused('"names[0].colour" is not a known field', 'unknown_field')).toMatchObject({
    path: 'names[0].colour',
    kind: 'unknown',
  })
})

test('what speaks of no field', () => {
  expect(refused('there is no such API key', 'unknown_key', 404)).toBeNull()
  expect(fieldFaultOf(new Unreachable('no answer'))).toBeNull()
  expect(refused('the database refused', 'database', 500)).toBeNull()
})
