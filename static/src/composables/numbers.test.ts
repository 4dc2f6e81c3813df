import { expect, test } from 'vitest'

import { bytesText, durationText } from './numbers'

test.each([
  [0, 'en', '0 ms'],
  [850, 'en', '850 ms'],
  [12_480, 'en', '12.5 sec'],
  [59_960, 'en', '1 min 0 sec'],
  [125_000, 'en', '2 min 5 sec'],
  [12_000_000, 'en', '3 hr 20 min'],
  [125_000, 'zh-CN', '2分钟 5秒'],
])('%i ms in %s: %s', (ms, locale, text) => {
  expect(durationText(ms, locale)).toBe(text)
})

test.each([
  [0, '0 bytes'],
  [999, '999 bytes'],
  [1_500, '1.5 kB'],
  [20_000_000, '20 MB'],
  [5e15, '5,000,000 GB'],
])('%i bytes: %s', (bytes, text) => {
  expect(bytesText(bytes, 'en')).toBe(text)
})
