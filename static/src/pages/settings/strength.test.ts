import { expect, test } from 'vitest'

import { strengthOf } from './strength'

test.each([
  ['', 'weak'],
  ['admin123', 'weak'],
  ['abcdefghijkl', 'weak'],
  ['aaaaaaaaaaaaaaaaaaaa', 'weak'],
  ['Password123456', 'weak'],
  ['tulipgarage', 'fair'],
  ['x7Gq!m2Rt', 'fair'],
  ['correct horse battery staple', 'good'],
  ['x7Gq!m2Rt#9vLp', 'good'],
])('“%s” is %s', (password, strength) => {
  expect(strengthOf(password)).toBe(strength)
})
