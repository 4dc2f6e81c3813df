import { readFileSync } from 'node:fs'

import { expect, test } from 'vitest'

import { maxRegistrations, registrationCount } from './registrations'

test('the most is what the API takes', () => {
  const description = JSON.parse(readFileSync(new URL('../../../fcgi-app/api/openapi.json', import.meta.url), 'utf8'))
  expect(description.components.schemas.RegistrationOrder.properties.count.maximum).toBe(maxRegistrations)
})

test.each([' 12 ', '1', '100'])('%j accounts can be registered', (text) => {
  expect(registrationCount(text)).toBe(Number(text))
})

test.each(['', ' ', '0', '101', '1.5', 'two', '-3'])('%j accounts cannot', (text) => {
  expect(registrationCount(text)).toBeNull()
})
