import { expect, test } from 'vitest'

import { reasonOf } from './reasons'

const known = (cause: string) => ['rate_limited', 'refresh_failed', 'no_points'].includes(cause)
const account = { status: 'banned', status_reason: 'banned until …: …', status_cause: null, status_note: null }

test('an active account needs no reason, and a ban without one has none', () => {
  expect(reasonOf({ ...account, status: 'active', status_reason: null }, known)).toBeNull()
  expect(reasonOf(account, known)).toBeNull()
})

test('a known cause is told in the language of the page, with what others said of it', () => {
  expect(reasonOf({ ...account, status_cause: 'rate_limited' }, known)).toEqual({ key: 'rate_limited', words: '' })
  expect(reasonOf({ ...account, status_cause: 'refresh_failed', status_note: 'no mail' }, known)).toEqual({
    key: 'refresh_failed',
    words: 'no mail',
  })
})

test('what is not known is told as the service tells it', () => {
  expect(reasonOf({ ...account, status_note: 'kept for later' }, known)).toEqual({ words: 'kept for later' })
  expect(reasonOf({ ...account, status_cause: 'moon', status_note: 'full' }, known)).toEqual({ words: 'full' })
  expect(reasonOf({ ...account, status: 'asleep', status_reason: 'it sleeps' }, known)).toEqual({ words: 'it sleeps' })
})

test('a status without a cause explains itself', () => {
  expect(reasonOf({ ...account, status: 'no_points' }, known)).toEqual({ key: 'no_points', words: '' })
})
