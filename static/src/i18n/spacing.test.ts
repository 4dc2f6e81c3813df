import { expect, test } from 'vitest'

const files = import.meta.glob<string>(
  ['/src/pages/**/messages.ts', '/src/components/**/messages.ts', '/src/i18n/*.ts', '/src/locales/service/zh-CN.json'],
  { query: '?raw', import: 'default', eager: true },
)

test('between a Chinese word and a Latin one or a number stands a blank', () => {
  const tight = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9%]\p{Script=Han}/u
  const faults = Object.entries(files).flatMap(([file, text]) =>
    text
      .split('\n')
      .filter((line) => tight.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  )
  expect(Object.keys(files).length).toBeGreaterThan(10)
  expect(faults).toEqual([])
})
