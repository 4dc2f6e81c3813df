import { expect, nobody, password, test } from './fixtures'

test('one sees who is logged in, with this browser marked, and ends one', async ({
  app,
  page,
  playwright,
  baseURL,
  service,
}) => {
  const http = await playwright.request.newContext({
    baseURL,
    storageState: nobody,
    userAgent: `${service.mark} (Windows NT 10.0) Firefox/144.0`,
  })
  const answer = await http.post('/api/login', {
    headers: { 'X-Requested-With': 'dreamina' },
    data: { password },
  })
  expect(answer.ok(), await answer.text()).toBe(true)
  await page.goto('/sessions')
  await expect(app.row('This browser')).toHaveCount(1)
  await expect(app.row('This browser')).toContainText(/Chrom/)
  await expect(app.row('This browser').getByRole('button', { name: 'Log out' })).toBeVisible()

  const other = page.getByRole('row').filter({ has: page.getByTitle(service.mark) })
  await expect(other).toContainText('Firefox 144 on Windows')
  await expect(other).toContainText('127.0.0.1')
  await other.getByRole('button', { name: 'End the session of Firefox 144' }).click()
  await app.said('Session ended.')
  await expect(other).toHaveCount(0)
  expect((await http.get('/api/me')).status()).toBe(401)
  await http.dispose()
})

test('ending all others is asked for first', async ({ app, page }) => {
  // Others that run beside this test would lose their login: the service is not asked in earnest.
  let asked = 0
  await page.route('**/api/sessions', async (route) => {
    if (route.request().method() !== 'DELETE') return route.continue()
    asked++
    await route.fulfill({
      json: { message: 'Other sessions ended', ended: 1 },
    })
  })
  await page.route('**/api/sessions', async (route) => {
    if (route.request().method() !== 'GET') return route.fallback()
    const items = (await (await route.fetch()).json()).items.filter((session: { current: boolean }) => session.current)
    await route.fulfill({
      json: {
        items: asked
          ? items
          : [
              ...items,
              {
                ...items[0],
                id: 1e9,
                current: false,
                user_agent: 'curl/8.5.0',
              },
            ],
      },
    })
  })
  await page.goto('/sessions')
  await expect(app.row('curl 8.5.0')).toBeVisible()
  await page.getByRole('button', { name: 'End all others' }).click()
  const confirm = page.getByRole('alertdialog', {
    name: 'End all other sessions?',
  })
  await confirm.getByRole('button', { name: 'Cancel' }).click()
  expect(asked).toBe(0)
  await page.getByRole('button', { name: 'End all others' }).click()
  await confirm.getByRole('button', { name: 'End the others' }).click()
  await app.said('All other sessions ended.')
  await expect(app.row('curl 8.5.0')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'End all others' })).toHaveCount(0)
})
