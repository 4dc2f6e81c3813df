import { screen } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { usePage } from '@/testing/page'

const use = usePage()

test('an empty password is not even sent', async () => {
  const { page, service } = use
  service.isLoggedOut = true
  await page.open('/login')
  await page.press('Log in')
  expect(await screen.findByRole('alert')).toHaveTextContent('Enter the administrator password.')
  expect(service.sent('POST', '/api/login')).toEqual([])
})
