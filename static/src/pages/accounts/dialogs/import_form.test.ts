import { expect, test } from 'vitest'

import { accountLines, importOf } from './import_form'

test('blank lines and comments are no accounts, whatever the line ends', () => {
  expect(accountLines('')).toBe(0)
  expect(accountLines('a@b.c:x\r\n\r\n  # old ones\r\nd@e.f:y\n   \n')).toBe(2)
})

test('the text goes out as it was pasted; what was left empty does not go at all', () => {
  const text = 'a@b.c:x \r\n#y'
  expect(importOf({ credentials: text, session_ids: ' \n', region: '', points: ' ' })).toEqual({ credentials: text })
  expect(importOf({ credentials: text, session_ids: 'f00\n', region: 'hk', points: '12.5' })).toEqual({
    credentials: text,
    session_ids: 'f00\n',
    region: 'hk',
    points: 12.5,
  })
})

test.each(['-1', 'x'])('%s is no number of points', (points) => {
  expect(importOf({ credentials: 'a', session_ids: '', region: '', points })).toBeNull()
})
