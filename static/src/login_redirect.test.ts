import { expect, test } from 'vitest'

import { afterLogin, toLogin } from './login_redirect'

test('the way to the login keeps the whole address', () => {
  const route = { name: 'accounts', fullPath: '/accounts?status=banned&page=3' }
  expect(toLogin(route)).toEqual({ name: 'login', query: { next: route.fullPath } })
})

test('the login itself is left in peace', () => {
  expect(toLogin({ name: 'login', fullPath: '/login?next=/accounts' })).toBeNull()
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
