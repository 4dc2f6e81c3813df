import { expect, test } from 'vitest'

import type { Account } from '@/api/types'

import { fieldsOf, formOf, problemsOf } from './account_form'

const regions = ['us', 'hk']
const stored = {
  id: 7,
  email: 'a@b.c',
  region: 'hk',
  session_id: 'f00',
  proxy_url: 'http://***@host:1',
  points: 12.5,
} as Account

test('a new account needs an email and a password', () => {
  expect(problemsOf(formOf(undefined, regions))).toEqual({ email: 'missing', password: 'missing' })
})

test('a new account sends what was filled in, and leaves the rest to the service', () => {
  const form = { ...formOf(undefined, regions), email: ' a@b.c ', password: ' p:w ' }
  expect(problemsOf(form)).toEqual({})
  expect(fieldsOf(form)).toEqual({ email: 'a@b.c', password: ' p:w ', region: 'us' })
})

test('an untouched form changes nothing', () => {
  const form = formOf(stored, regions)
  expect(problemsOf(form, stored)).toEqual({})
  expect(fieldsOf(form, stored)).toEqual({})
})

test('an edit sends only what differs, and an emptied session id as none', () => {
  const form = { ...formOf(stored, regions), session_id: ' ', points: '0', password: 'new' }
  expect(fieldsOf(form, stored)).toEqual({ session_id: null, points: 0, password: 'new' })
})

test('a proxy is given, changed and taken away; as it is shown it stays', () => {
  expect(fieldsOf({ ...formOf(undefined, regions), proxy_url: ' socks5://h:1 ' })).toMatchObject({
    proxy_url: 'socks5://h:1',
  })
  expect(fieldsOf({ ...formOf(stored, regions), proxy_url: '' }, stored)).toEqual({ proxy_url: null })
  expect(fieldsOf(formOf(stored, regions), stored)).not.toHaveProperty('proxy_url')
})

test.each(['-1', 'many', 'Infinity', '1e999'])('%s is no number of points', (points) => {
  expect(problemsOf({ ...formOf(stored, regions), points }, stored)).toEqual({ points: 'notNumber' })
})

test('stored points cannot be emptied', () => {
  expect(problemsOf({ ...formOf(stored, regions), points: '' }, stored)).toEqual({ points: 'notNumber' })
})
