import { expect, test } from 'vitest'

import { fromLocal, toLocal } from './local_time'

test('a moment to the minute goes to the field and back', () => {
  expect(fromLocal(toLocal('2026-11-22T11:28:00.000Z'))).toBe('2026-11-22T11:28:00.000Z')
  expect(toLocal('2026-11-22T11:28:34.461Z')).toMatch(/^2026-11-2[123]T\d\d:\d\d$/)
})

test.each(['', 'tomorrow', '2026-13-45T99:99'])('“%s” is no moment', (text) => {
  expect(fromLocal(text)).toBe('')
  expect(toLocal(text)).toBe('')
})
