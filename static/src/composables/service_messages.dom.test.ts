import { mount } from '@vue/test-utils'
import { afterEach, expect, test } from 'vitest'

import { i18n, setLocale } from '@/i18n'
import en from '@/locales/service/en.json'
import zhCn from '@/locales/service/zh-CN.json'

import { useServiceMessages, type ServiceMessage } from './service_messages'

interface Texts {
  [name: string]: string | Texts
}

/** By code: the text. */
function flat(texts: Texts, path = ''): Record<string, string> {
  return Object.entries(texts).reduce(
    (all, [name, text]) => ({
      ...all,
      ...(typeof text === 'string' ? { [path + name]: text } : flat(text, `${path}${name}.`)),
    }),
    {},
  )
}

function sayer() {
  let say!: ReturnType<typeof useServiceMessages>
  mount({ setup: () => ((say = useServiceMessages()), () => null) }, { global: { plugins: [i18n] } })
  return say
}

const params = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort()

afterEach(() => setLocale('en'))

test('both languages have the same codes with the same parameters', () => {
  const english = flat(en)
  const chinese = flat(zhCn)
  expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort())
  for (const [code, text] of Object.entries(english))
    expect([code, params(chinese[code]!)]).toEqual([code, params(text)])
})

test('the texts hold nothing that vue-i18n would read as more than a parameter or a second form', () => {
  for (const text of [...Object.values(flat(en)), ...Object.values(flat(zhCn))]) {
    expect(text).not.toMatch(/@|\$|%\{/)
    expect(text.split('|').length).toBeLessThanOrEqual(2)
    expect(text.replaceAll(/\{\w+\}/g, '')).not.toMatch(/[{}]/)
  }
})

test('a message is said in the page’s language, with messages within it', () => {
  const say = sayer()
  const message: ServiceMessage = {
    code: 'job.some_failed',
    params: { failed: 1, total: 3, first: { code: 'http.timed_out', params: { host: 'reg:8000', seconds: 30 } } },
  }
  expect(say(message)).toBe('1 of 3 failed, the first: reg:8000 did not respond within 30 s')
  setLocale('zh-CN')
  expect(say(message)).toBe('3 个中有 1 个失败，第一个：reg:8000 在 30 秒内没有响应')
  expect(say(null)).toBe('')
})

test('what fills a message in is shown as its name says', () => {
  const say = sayer()
  expect(say({ code: 'job.region_kept', params: { returned_region: 'us', region: 'hk' } })).toBe(
    'The register service reports US; the account stays in HK',
  )
  expect(say({ code: 'schedule.backed_up', params: { file: 'a.db', file_bytes: 12_340_000 } })).toBe(
    'Wrote a.db (12.3 MB, verified)',
  )
  expect(say({ code: 'schedule.bans_ended', params: { count: 1 } })).toBe('1 ban ended')
  expect(say({ code: 'schedule.bans_ended', params: { count: 12 } })).toBe('12 bans ended')
})

test('what an earlier version stored, and what this page does not know, is shown as it is', () => {
  const say = sayer()
  expect(say({ code: 'text.legacy', params: { text: '3 {bans} ended @ once | twice' } })).toBe(
    '3 {bans} ended @ once | twice',
  )
  expect(say({ code: 'job.from_the_future', params: { count: 3, who: 'ann' } })).toBe(
    'job.from_the_future (count: 3, who: ann)',
  )
  expect(say({ code: 'job', params: {} })).toBe('job')
})
