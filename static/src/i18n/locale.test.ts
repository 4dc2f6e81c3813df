import { expect, test } from 'vitest'

import { en } from './en'
import { pickLocale } from './locale'
import { zhCn } from './zh_cn'

test.each([
  ['a choice wins over the browser', 'zh-CN', ['en-GB'], 'zh-CN'],
  ['any Chinese of the browser', null, ['zh-TW', 'en'], 'zh-CN'],
  ['the first language that the page speaks', null, ['fr-FR', 'en-US', 'zh-CN'], 'en'],
  ['none of them', null, ['fr'], 'en'],
  ['a choice that is no longer offered', 'xx', ['zh'], 'zh-CN'],
])('%s', (_, chosen, browser, expected) => {
  expect(pickLocale(chosen, browser)).toBe(expected)
})

function leaves(texts: object, path = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(texts)) {
    if (typeof value === 'string') found.set(path + key, value)
    else for (const [inner, text] of leaves(value, `${path}${key}.`)) found.set(inner, text)
  }
  return found
}

test('both languages have the same keys, none of them empty', () => {
  const english = leaves(en)
  const chinese = leaves(zhCn)
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const text of [...english.values(), ...chinese.values()]) expect(text.trim()).not.toBe('')
})

test('a text takes the same values in both languages, and as many plural forms', () => {
  const chinese = leaves(zhCn)
  const shape = (text: string) => ({
    values: [...new Set(text.match(/\{\w+\}/g))].sort(),
    forms: text.split(' | ').length,
  })
  for (const [key, text] of leaves(en)) expect([key, shape(chinese.get(key)!)]).toEqual([key, shape(text)])
})

test('the Chinese texts are Chinese', () => {
  const same = new Set(['app.name'])
  for (const [key, text] of leaves(zhCn)) if (!same.has(key)) expect(text, key).toMatch(/\p{Script=Han}/u)
})
