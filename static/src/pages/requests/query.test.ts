import { expect, test } from 'vitest'

import { asked, changed, fromAddress, isFiltered, plain, toAddress } from './query'

test('an address leads to a list and back', () => {
  const address = { outcome: 'no_account', account_id: '7', from: '2026-11-22T00:00:00Z', to: '2026-11-23T00:00:00Z' }
  expect(toAddress(fromAddress(address))).toEqual(address)
  expect(fromAddress({})).toEqual(plain)
  expect(isFiltered(fromAddress(address))).toBe(true)
  expect(isFiltered(plain)).toBe(false)
})

test('what makes no sense in an address is as if absent', () => {
  const address = {
    outcome: 'good',
    region: 'mars',
    account_id: '0',
    status: '99',
    min_attempts: '-1',
    from: 'soon',
    last: 'century',
  }
  expect(fromAddress(address)).toEqual(plain)
  expect(fromAddress({ from: '2026-11-23T00:00:00Z', to: '2026-11-22T00:00:00Z' })).toEqual(plain)
})

test('a moving span and fixed ends exclude each other', () => {
  const fixed = changed(plain, { from: '2026-11-22T00:00:00Z' })
  expect(changed(fixed, { last: 'hour' })).toEqual({ ...plain, last: 'hour' })
  expect(changed({ ...plain, last: 'hour' }, { to: '2026-11-22T00:00:00Z' })).toEqual({
    ...plain,
    to: '2026-11-22T00:00:00Z',
  })
  expect(changed({ ...plain, last: 'hour' }, { model: 'm' })).toMatchObject({ last: 'hour', model: 'm' })
})

test('a moving span is asked for as it is now', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  expect(asked({ ...plain, last: 'hour' }, now)).toMatchObject({ from: '2026-11-22T11:00:00.000Z', to: '' })
  expect(asked({ ...plain, from: '2026-11-22T08:00:00+08:00' }, now)).toMatchObject({
    from: '2026-11-22T00:00:00.000Z',
  })
  expect(asked(plain, now)).not.toHaveProperty('last')
})
