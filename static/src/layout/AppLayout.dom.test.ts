import { screen } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { FakeAccounts } from '@/testing/accounts'
import { account, me } from '@/testing/answers'
import { usePage } from '@/testing/page'

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
