import { screen, waitFor } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { session } from '@/testing/answers'
import { usePage } from '@/testing/page'

const use = usePage()

test('ending all others is asked for first', async () => {
  const { page, service } = use
  let sessions = [session({ id: 1, current: true }), session({ id: 2, user_agent: 'curl/8.5.0' })]
  service
    .on('GET', '/api/sessions', () => ({ items: sessions }))
    .on('DELETE', '/api/sessions', () => {
      sessions = sessions.slice(0, 1)
      return { message: 'Other sessions ended', ended: 1 }
    })
  const asked = () => service.callsOf('DELETE', '/api/sessions').length
  await page.open('/sessions')
  expect(page.row('curl 8.5.0')).toBeVisible()
  await page.press('End all other logins')
  const confirm = await page.dialog('End all other logins?', 'alertdialog')
  await page.press('Cancel', confirm)
  await page.closed(confirm)
  expect(asked()).toBe(0)
  await page.press('End all other logins')
  await page.press('End other logins', await page.dialog('End all other logins?', 'alertdialog'))
  await page.said('All other logins ended.')
  await page.rowIsGone('curl 8.5.0')
  await waitFor(() => expect(screen.queryByRole('button', { name: 'End all other logins' })).toBeNull())
  expect(asked()).toBe(1)
})
