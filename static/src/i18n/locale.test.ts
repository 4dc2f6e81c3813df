import { expect, test } from 'vitest'

import { en } from './en'
import { pickLocale } from './locale'
import type { PageMessages } from './messages'
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

const pages = import.meta.glob<{ messages: PageMessages }>(['../pages/**/messages.ts', './timed_jobs.ts'], {
  eager: true,
})
const texts: [string, PageMessages][] = [['the frame', { page: '', en, zhCn }]]
for (const [file, { messages }] of Object.entries(pages)) texts.push([file, messages])

test.each(texts)('%s: both languages have the same keys, none of them empty', (_, messages) => {
  const english = leaves(messages.en)
  const chinese = leaves(messages.zhCn)
  expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  for (const text of [...english.values(), ...chinese.values()]) expect(text.trim()).not.toBe('')
})

test.each(texts)('%s: a text takes the same values in both languages, and as many plural forms', (_, messages) => {
  const chinese = leaves(messages.zhCn)
  const shape = (text: string) => ({
    values: [...new Set(text.match(/\{\w+\}/g))].sort(),
    forms: text.split(' | ').length,
  })
  for (const [key, text] of leaves(messages.en)) expect([key, shape(chinese.get(key)!)]).toEqual([key, shape(text)])
})

test.each(texts)('%s: the Chinese texts are Chinese', (_, messages) => {
  const same = new Set(['app.name', 'units.MB'])
  for (const [key, text] of leaves(messages.zhCn)) if (!same.has(key)) expect(text, key).toMatch(/\p{Script=Han}/u)
})
