import { expect, test } from 'vitest'

import type { Setting } from '@/api/settings'

import { canReset, draftOf, editOf, groupsOf, isChanged, isConflict, isMatch, problemOf, type Draft } from './form'

function setting(given: Partial<Setting>): Setting {
  return {
    key: 'X',
    group: 'proxy',
    type: 'text',
    nullable: false,
    secret: false,
    unit: null,
    min: null,
    max: 20,
    above_min: false,
    choices: null,
    form: null,
    range: '',
    name: { en: 'Some name', zh: '名称' },
    help: { en: 'How it goes.', zh: '说明。' },
    default: null,
    value: 'old',
    source: 'default',
    effect: 'at_once',
    reset: null,
    ...given,
  }
}

const typed = (of: Setting, text: string, more: Partial<Draft> = {}): Draft => ({ ...draftOf(of), text, ...more })

const whole = setting({ key: 'DAYS', type: 'integer', min: 1, max: 50, value: 7 })
const hours = setting({ key: 'HOURS', type: 'number', min: 0, max: 9, above_min: true, value: 4 })
const target = setting({ key: 'TARGET', type: 'integer', nullable: true, min: 0, max: 50, value: null })
const password = setting({ key: 'PASSWORD', secret: true, value: '********' })
const token = setting({ key: 'TOKEN', secret: true, nullable: true, value: '********' })
const masked = '********'

test.each([
  ['a whole number', whole, '8', null],
  ['a fraction', whole, '8.5', 'whole'],
  ['a word', whole, 'many', 'whole'],
  ['beyond the range', whole, '51', 'whole'],
  ['nothing', whole, ' ', 'missing'],
  ['nothing, where that means none', target, '', null],
  ['the minimum itself', hours, '0', 'moreThan'],
  ['a little more', hours, '0.5', null],
  ['more bytes than fit', setting({}), '密'.repeat(7), 'tooLong'],
] as const)('%s is judged as it is typed', (_, of, text, problem) => {
  expect(problemOf(of, typed(of, text))?.key ?? null).toBe(problem)
})

test('a new password is typed twice, blanks and all', () => {
  expect(problemOf(password, typed(password, ' a b ', { again: 'a b' }))?.key).toBe('notSame')
  const draft = typed(password, ' a b ', { again: ' a b ' })
  expect(problemOf(password, draft)).toBeNull()
  expect(editOf([password], { PASSWORD: draft })).toEqual({ PASSWORD: ' a b ', expected: { PASSWORD: masked } })
})

test('only what differs is a change: not the same number written in another way, not a secret left empty', () => {
  expect(isChanged(whole, typed(whole, ' 7.0 '))).toBe(false)
  expect(isChanged(whole, typed(whole, '70'))).toBe(true)
  expect(isChanged(token, draftOf(token))).toBe(false)
  expect(isChanged(token, typed(token, 'new'))).toBe(true)
  expect(isChanged(token, typed(token, '', { how: 'clear' }))).toBe(true)
  expect(isChanged(whole, undefined)).toBe(false)
})

test('the body holds the changes, the resets, and what was in force when they began', () => {
  const inFile = setting({ key: 'HOST', source: 'file', value: '::', reset: { value: '0.0.0.0', source: 'default' } })
  const drafts = {
    DAYS: typed(whole, '9'),
    TARGET: typed(target, ''),
    TOKEN: typed(token, '', { how: 'clear' }),
    HOST: typed(inFile, '0.0.0.0', { how: 'reset' }),
  }
  expect(editOf([whole, target, token, inFile], drafts)).toEqual({
    DAYS: 9,
    TOKEN: null,
    reset: ['HOST'],
    expected: { DAYS: 7, TOKEN: masked, HOST: '::' },
  })
})

test('a change by another user is a conflict only where something would be overwritten', () => {
  const draft = typed(whole, '9')
  expect(isConflict(whole, draft)).toBe(false)
  expect(isConflict({ ...whole, value: 8 }, draft)).toBe(true)
  expect(isConflict({ ...whole, value: 9 }, draft)).toBe(false)
})

test('a password is not reset to the one that everybody knows', () => {
  expect(canReset({ ...password, reset: { value: masked, source: 'default' } })).toBe(false)
  expect(canReset({ ...password, reset: { value: masked, source: 'environment' } })).toBe(true)
  expect(canReset(whole)).toBe(false)
})

test('settings are found by key, name and help in both languages, and stand in groups', () => {
  const some = setting({ key: 'QUEUE_TIMEOUT' })
  expect(['queue', 'some goes', '说明', '', 'TIMEOUT name'].map((search) => isMatch(some, search))).toEqual(
    Array(5).fill(true),
  )
  expect(isMatch(some, 'queue port')).toBe(false)
  const groups = groupsOf([whole, setting({ group: 'access' }), hours])
  expect(groups.map(({ name, settings }) => [name, settings.length])).toEqual([
    ['proxy', 2],
    ['access', 1],
  ])
})
