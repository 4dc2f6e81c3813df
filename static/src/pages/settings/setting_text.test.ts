import { expect, test } from 'vitest'

import { longer } from './setting_text'

test.each([
  [30, null],
  [300, '5 minutes'],
  [5400, '1.5 hours'],
  [86_400, '1 day'],
  [NaN, null],
])('%d seconds', (seconds, said) => {
  expect(longer(seconds, 'en')).toBe(said)
})
