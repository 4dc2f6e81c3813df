import { expect, password, test } from './fixtures'

test.describe('while not logged in', () => {
  test.use({ login: 'none' })

  test('a wrong password is refused in plain words, the right one leads to the accounts', async ({ page, service }) => {
    await service.seed({ name: 'ann' }, { name: 'bob', region: 'hk' })
    await page.goto(service.address())

    await expect(page).toHaveTitle(/Log in/)
    await page.getByLabel('Administrator password').fill(`${password}-not`)
    await page.getByRole('button', { name: 'Log in' }).click()
    await expect(page.getByRole('alert')).toHaveText('Wrong password.')

    await page.getByLabel('Administrator password').fill(password)
    await page.keyboard.press('Enter')
    await expect(page.getByRole('row').filter({ hasText: service.email('ann') })).toContainText('US')
    await expect(page.getByRole('row').filter({ hasText: service.email('bob') })).toContainText('HK')
    await expect(page).toHaveURL(new RegExp(`email=${service.mark}$`))
  })

  test('a login that was asked for leads to the overview, whose numbers are those of the pool', async ({
    page,
    service,
  }) => {
    await service.seed({ name: 'ann' }, { name: 'bob', session: false })
    await page.goto('/login')
    await page.getByLabel('Administrator password').fill(password)
    await page.keyboard.press('Enter')
    await expect(page).toHaveTitle(/Overview/)
    await expect(page).toHaveURL(/\/$/)
    const pool = page.getByRole('list', { name: 'Pool' })
    await expect(pool.getByRole('link', { name: 'No session' })).toHaveText(/No session[1-9]/)
  })
})

test('a session that ends asks for the password and comes back to the same place', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' }, { name: 'bob' })
  await page.goto(service.address('&sort=email&order=desc'))
  await expect(app.row(service.email('ann'))).toBeVisible()

  await page.context().clearCookies()
  await expect(page.getByText('Your login has expired.')).toBeVisible()
  await page.getByLabel('Administrator password').fill(password)
  await page.keyboard.press('Enter')

  await expect(app.row(service.email('bob'))).toBeVisible()
  await expect(page).toHaveURL(new RegExp(`email=${service.mark}&sort=email&order=desc$`))
})

test.describe('with a session of its own', () => {
  test.use({ login: 'own' })

  test('logging out ends the session for good', async ({ app, page }) => {
    await page.goto('/accounts')
    await page.getByRole('button', { name: 'Preferences' }).click()
    await page.getByRole('menuitem', { name: 'Log out' }).click()
    await expect(page).toHaveURL(/\/login$/)
    await app.said('Logged out.')

    await page.goto('/accounts')
    await expect(page).toHaveURL(/\/login\?next=\/accounts$/)
    expect((await page.request.get('/api/accounts')).status()).toBe(401)
  })
})
