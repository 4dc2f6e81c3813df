import { expect, test } from 'vitest'

import { asked, fromAddress, isFiltered, plain, toAddress } from './query'

test('the address says what is asked for, and what makes no sense there is as if absent', () => {
  const address = { media: 'video', state: 'failed', model: 'm-1', api_key_id: '0', is_pinned: 'true', last: 'week' }
  expect(fromAddress(address)).toEqual({ ...plain, ...address })
  expect(toAddress(fromAddress(address))).toEqual(address)
  expect(isFiltered(fromAddress(address))).toBe(true)
  expect(fromAddress({ media: 'sound', state: 'open', api_key_id: '-1', is_pinned: 'false', last: 'year' })).toEqual(
    plain,
  )
  expect(toAddress(plain)).toEqual({})
})

test('a moving span is asked for as it is now', () => {
  const wanted = asked({ ...plain, is_pinned: 'true', last: 'day' }, new Date('2026-12-02T00:00:00Z'))
  expect(wanted).toMatchObject({ is_pinned: 'true', from: '2026-12-01T00:00:00.000Z', to: '' })
  expect(wanted).not.toHaveProperty('last')
})
