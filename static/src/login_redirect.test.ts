import { expect, test } from 'vitest'

import { afterLogin, toLogin } from './login_redirect'

test('a session that ends takes the whole address along', () => {
  const place = { name: 'accounts', fullPath: '/accounts?status=banned&page=3' }
  expect(toLogin(place, true)).toEqual({ name: 'login', query: { next: place.fullPath, ended: '1' } })
  expect(toLogin(place, false)).toEqual({ name: 'login', query: { next: place.fullPath, ended: undefined } })
})

test('the login itself is left in peace', () => {
  expect(toLogin({ name: 'login', fullPath: '/login?next=/accounts' }, true)).toBeNull()
})

test.each([
  ['/accounts?page=3', '/accounts?page=3'],
  [undefined, '/'],
  [['/a', '/b'], '/'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/login?next=/login', '/'],
])('after a login, next=%s leads to %s', (next, expected) => {
  expect(afterLogin(next)).toBe(expected)
})
