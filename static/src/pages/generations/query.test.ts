import { expect, test } from 'vitest'

import { asked, changed, fromAddress, isFiltered, partsOf, plain, toAddress } from './query'

const id = `gen_${'0'.repeat(24)}`

test('the address says what is asked for, and what makes no sense there is as if absent', () => {
  const query = { ...plain, state: 'failed', model: 'm-1', api_key_id: '0', id, last: 'day' as const }
  expect(fromAddress({ state: 'failed', model: 'm-1', api_key_id: '0', id, last: 'day' })).toEqual(query)
  expect(fromAddress(toAddress(query) as Record<string, string>)).toEqual(query)
  expect(fromAddress({ state: 'open', model: '\n', api_key_id: '-1', id: 'gen_1', last: 'year', from: 'x' })).toEqual(
    plain,
  )
  expect(fromAddress({ from: '2020-01-02T00:00:00Z', to: '2020-01-01T00:00:00Z' })).toEqual(plain)
  expect(toAddress(plain)).toEqual({})
  expect([isFiltered(plain), isFiltered(query)]).toEqual([false, true])
})

test('a moving span and fixed ends exclude each other', () => {
  const fixed = changed({ ...plain, last: 'hour' }, { from: '2020-01-01T00:00:00Z' })
  expect(fixed).toMatchObject({ last: '', from: '2020-01-01T00:00:00Z' })
  expect(changed(fixed, { last: 'week' })).toMatchObject({ last: 'week', from: '' })
  const now = new Date('2020-01-02T00:00:00Z')
  expect(asked({ ...plain, last: 'day' }, now)).toMatchObject({ from: '2020-01-01T00:00:00.000Z', to: '' })
})

test('a state belongs to one part of the list, and none to both', () => {
  expect(partsOf({ state: '' })).toEqual({ open: 'open', ended: 'ended' })
  expect(partsOf({ state: 'in_progress' })).toEqual({ open: 'in_progress', ended: null })
  expect(partsOf({ state: 'cancelled' })).toEqual({ open: null, ended: 'cancelled' })
})
