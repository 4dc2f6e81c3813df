import { expect, test } from 'vitest'

import { formOf, placeOf, termsOf } from './webhook_form'

test('hosts are one per line, and may be pasted in other ways', () => {
  const form = { url: ' https://a.example/hook ', hosts: 'a.example, n8n:5678\n\n [::1]:80 ', in_progress: true }
  expect(termsOf(form)).toEqual({
    url: 'https://a.example/hook',
    hosts: ['a.example', 'n8n:5678', '[::1]:80'],
    in_progress: true,
  })
  expect(termsOf({ url: '  ', hosts: '', in_progress: false })).toEqual({ url: null, hosts: [], in_progress: false })
})

test('what is stored comes back unchanged', () => {
  const webhook = {
    url: 'https://a.example/',
    hosts: ['a.example', 'b.example:8443'],
    in_progress: false,
    off_at: null,
    has_secret: true,
    old_secret_until: null,
  }
  expect(termsOf(formOf(webhook))).toEqual({ url: webhook.url, hosts: webhook.hosts, in_progress: false })
})

test('a fault of a host stands beside the hosts, one of another field beside none', () => {
  expect(placeOf('hosts[2]')).toBe('hosts')
  expect(placeOf('url')).toBe('url')
  expect(placeOf('in_progress')).toBeNull()
})
