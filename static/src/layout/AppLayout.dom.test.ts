import { screen } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { FakeAccounts } from '@/testing/accounts'
import { account, generation, me } from '@/testing/answers'
import { usePage } from '@/testing/page'
import { fillPool } from '@/testing/pool'

const use = usePage()
const warning = 'The administrator password is still the public default.'

test('the default password is warned of', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'ann@example.com' })])
  service.on('GET', '/api/me', me({ password_is_default: true }))
  await page.open('/accounts')
  // It is asked to be changed at once; the banner stays until it is.
  await page.press('Later', await screen.findByRole('dialog'))
  await screen.findByRole('button', { name: 'Add account' })
  expect(screen.getByText(new RegExp(warning))).toBeVisible()
})

test('the default password is not spoken of once it is changed', async () => {
  const { page, service } = use
  new FakeAccounts(service, [account({ email: 'ann@example.com' })])
  await page.open('/accounts')
  await screen.findByRole('button', { name: 'Add account' })
  expect(screen.queryByText(new RegExp(warning))).toBeNull()
})

test('where an address opens a panel, the password is asked for once that is closed', async () => {
  const { page, service } = use
  const id = `gen_${'2'.repeat(24)}`
  fillPool(service)
  service
    .on('GET', '/api/me', me({ password_is_default: true }))
    .on('GET', '/api/generations/{id}', { ...generation({ id }), can_retry: false, answer: null, request: null })
    .on('GET', '/api/webhook-deliveries', { total: 0, page: 1, size: 20, items: [] })
  await page.open(`/generations/${id}`)
  const panel = await page.dialog(/^Generation with/)
  expect(screen.getAllByRole('dialog')).toEqual([panel])
  await page.press('Close', panel)
  await page.dialog('Set your own password')
})
