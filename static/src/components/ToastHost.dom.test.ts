import { screen, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { useToasts } from '@/composables/toasts'
import { usePage } from '@/testing/page'

const use = usePage()

test('what is done is read out as it stands there, and at once if it failed', async () => {
  const { page } = use
  await page.open('/')
  const { done, failed } = useToasts()
  done('ann@example.com banned')
  failed('The server is not responding.')
  await page.said('ann@example.com banned')
  await page.said('The server is not responding.')
  const list = within(screen.getByRole('region', { name: 'Notifications' })).getByRole('list')
  expect(list).toHaveAttribute('aria-live', 'polite')
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((item) => [item.textContent, item.getAttribute('aria-live')]),
  ).toEqual([
    ['ann@example.com banned', 'polite'],
    ['The server is not responding.', 'assertive'],
  ])
})
