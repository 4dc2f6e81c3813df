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
  await other.getByRole('button', { name: 'End the login of Firefox 144' }).click()
  await app.said('Login ended.')
  await expect(other).toHaveCount(0)
  expect((await http.get('/api/me')).status()).toBe(401)
  await http.dispose()
})
