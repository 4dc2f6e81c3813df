import { expect, test } from 'vitest'

import { changed, fromAddress, toAddress } from './query'

test('an address that makes no sense is a plain list', () => {
  expect(fromAddress({ state: 'good', kind: ['register'], page: '-1' })).toEqual({
    state: '',
    kind: '',
    page: 1,
    size: 50,
  })
})

test('an address leads to a list and back', () => {
  const address = { state: 'failed', kind: 'register', page: '3' }
  expect(toAddress(fromAddress(address))).toEqual(address)
  expect(toAddress(fromAddress({}))).toEqual({})
})

test('another filter starts at its first page', () => {
  const filter = fromAddress({ state: 'failed', page: '3' })
  expect(changed(filter, { state: 'done' })).toMatchObject({ state: 'done', page: 1 })
  expect(changed(filter, { page: 4 })).toMatchObject({ state: 'failed', page: 4 })
})
