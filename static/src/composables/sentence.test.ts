import { expect, test } from 'vitest'

import { asSentence } from './sentence'

test.each([
  ['must not be empty', 'en', 'Must not be empty.'],
  ['The log says why.', 'en', 'The log says why.'],
  ['不能为空', 'zh-CN', '不能为空。'],
])('%s', (text, locale, sentence) => {
  expect(asSentence(text, locale)).toBe(sentence)
})
