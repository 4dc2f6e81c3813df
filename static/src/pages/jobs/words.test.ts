import { expect, test } from 'vitest'

import { messages } from './messages'
import { formOf } from './words'

const say = (sentence: string): string => {
  const told = formOf(sentence, say)
  return told ? `${told.key}(${told.values})` : sentence
}

test.each([
  [
    '2 of 3 failed, the first: 127.0.0.1:1 cannot be reached (Could not connect)',
    'someFailed(2,3,unreachable(127.0.0.1:1,Could not connect))',
  ],
  ['the register service: localhost did not answer within 60 s', 'registerSays(timedOut(localhost,60))'],
  ['the register service answered with an error (500): no mail: came', 'registerErrorSaid(500,no mail: came)'],
  ['claimed; 66.5 points', 'claimed(66.5)'],
  ['daily at 03:30', 'dailyAt(03:30)'],
  ['the upstream answered with status 500', 'upstreamStatus(500,)'],
  ['something that nobody has said yet', 'something that nobody has said yet'],
])('%s', (sentence, expected) => expect(say(sentence)).toBe(expected))

test('every form has its text in both languages', () => {
  const texts = (page: object) => (page as { said: Record<string, string> }).said
  for (const language of [messages.en, messages.zhCn]) {
    for (const text of Object.values(texts(language))) expect(text).not.toBe('')
  }
  expect(Object.keys(texts(messages.zhCn))).toEqual(Object.keys(texts(messages.en)))
})
