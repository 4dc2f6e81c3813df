import { expect, test } from 'vitest'

import { textOf } from './file_text'

const utf8 = (text: string) => new TextEncoder().encode(text)

test('UTF-8, with a byte order mark or without', () => {
  expect(textOf(utf8('a@b.c:päss\r\n'))).toBe('a@b.c:päss\r\n')
  expect(textOf(utf8('\uFEFFa@b.c:用户'))).toBe('a@b.c:用户')
})

test('UTF-16, as some editors save it', () => {
  expect(textOf(new Uint8Array([0xff, 0xfe, 0x61, 0, 0xe4, 0]))).toBe('aä')
  expect(textOf(new Uint8Array([0xfe, 0xff, 0, 0x61, 0, 0xe4]))).toBe('aä')
})

test('what is no UTF-8 is marked for the service to find, and the other lines are as they were', () => {
  const text = textOf(new Uint8Array([...utf8('a@b.c:one\nb@b.c:p'), 0xff, ...utf8('w\r\nc@b.c:pä\n')]))
  expect(text).toBe('a@b.c:one\nb@b.c:p\uFFFDw\r\nc@b.c:pä\n')
})
