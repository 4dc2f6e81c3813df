import type { Page, Route } from '@playwright/test'

import { expect, nobody, test } from './fixtures'

/** The overview as the service has it, with other first steps: a pool beside which no test runs has them all undone. */
async function steps(page: Page, changes: Record<string, boolean>): Promise<void> {
  await page.route('**/api/overview', async (route: Route) => {
    const response = await route.fetch()
    const overview = await response.json()
    Object.assign(overview.first_steps, changes)
    await route.fulfill({ response, json: overview })
  })
}

const nothing = {
  password_is_default: true,
  has_accounts: false,
  has_keys: false,
  has_requests: false,
  register_service_configured: false,
}

test('the list ticks itself off', async ({ page }) => {
  await steps(page, nothing)
  await page.goto('/start')
  const done = page.locator('li[data-done=true]')
  await expect(page.getByText('0 of 4 done')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Open the settings' })).toHaveAttribute('href', '/settings')
  await expect(page.getByText('nginx/serve.sh --demo')).toBeVisible()

  await page.unroute('**/api/overview')
  await steps(page, {
    ...nothing,
    password_is_default: false,
    has_accounts: true,
  })
  await expect(page.getByText('2 of 4 done')).toBeVisible()
  await expect(done).toHaveCount(2)
  await expect(done.first()).toContainText('Choose a password of your own (done)')
})

test('a key is made, shown once, and stands in the examples, which work', async ({
  page,
  service,
  baseURL,
  playwright,
}) => {
  await page.goto('/start')
  await expect(page.getByLabel('Address', { exact: true })).toHaveText(`${baseURL}/v1`)
  const example = page.getByLabel('the example in curl', { exact: true })
  await expect(example).toContainText('YOUR_API_KEY')

  await page.getByLabel('Name').fill(`key ${service.mark}`)
  await page.getByRole('button', { name: 'Create a key' }).click()
  const box = page.getByLabel('the API key', { exact: true })
  await expect(box).toBeVisible()
  const key = (await box.textContent())!
  await expect(page.getByText('it is shown only this once')).toBeVisible()
  await expect(example).toContainText(`Authorization: Bearer ${key}`)
  await expect(example).toContainText(`${baseURL}/v1/images/generations`)
  await page.getByRole('button', { name: 'Python', exact: true }).click()
  await expect(page.getByLabel('the example in Python', { exact: true })).toContainText(
    `base_url="${baseURL}/v1", api_key="${key}"`,
  )
  await page.getByRole('button', { name: 'JavaScript', exact: true }).click()
  await expect(page.getByLabel('the example in JavaScript', { exact: true })).toContainText(key)

  const client = await playwright.request.newContext({ baseURL, storageState: nobody })
  const models = await client.get('/v1/models', {
    headers: { Authorization: `Bearer ${key}` },
  })
  expect(models.ok()).toBe(true)
  await client.dispose()

  await page.goto('/accounts')
  await page.goto('/start')
  await expect(page.getByText('There is a key already.')).toBeVisible()
  await expect(page.getByText(key)).toHaveCount(0)
})

test('a name that is taken is refused in words, and nothing is lost', async ({ page, service }) => {
  for (const shown of [true, false]) {
    await page.goto('/start')
    await page.getByLabel('Name').fill(`twice ${service.mark}`)
    await page.getByRole('button', { name: 'Create a key' }).click()
    if (shown) await expect(page.getByLabel('the API key', { exact: true })).toBeVisible()
  }
  await expect(page.getByRole('alert')).toHaveText('Name: This exists already.')
  await expect(page.getByLabel('Name')).toHaveValue(`twice ${service.mark}`)
})

test('an empty pool says on the overview how to fill it; the import opens at once', async ({ page }) => {
  await steps(page, nothing)
  await page.goto('/')
  await expect(page.getByRole('heading', { name: 'The pool is empty' })).toBeVisible()
  await page.getByRole('link', { name: 'Import…' }).click()
  await expect(page.getByRole('dialog', { name: 'Import accounts' })).toBeVisible()
  await expect(page).toHaveURL(/\/accounts$/)
  await page.keyboard.press('Escape')
  await page.reload()
  await expect(page.getByRole('button', { name: 'Import' }).first()).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
})

test('with a register service accounts are ordered right there', async ({ page }) => {
  const orders: unknown[] = []
  await page.route('**/api/jobs', async (route) => {
    orders.push(route.request().postDataJSON())
    await route.fulfill({
      status: 202,
      json: { job: { id: 12, kind: 'register' } },
    })
  })
  await steps(page, { ...nothing, register_service_configured: true })
  await page.goto('/start')
  await page.getByLabel('How many').fill('none')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('alert')).toHaveText('Enter a whole number from 1 to 100.')
  expect(orders).toEqual([])

  await page.getByLabel('How many').fill('3')
  await page.getByRole('button', { name: 'Register' }).click()
  await expect(page.getByRole('button', { name: 'Open the job' })).toBeVisible()
  expect(orders).toEqual([{ kind: 'register', count: 3 }])
})

test.describe('while the password is the default', () => {
  let isDefault: boolean
  let sent: unknown[]

  test.beforeEach(async ({ page }) => {
    isDefault = true
    sent = []
    await page.route('**/api/me', async (route) => {
      const response = await route.fetch()
      await route.fulfill({
        response,
        json: { ...(await response.json()), password_is_default: isDefault },
      })
    })
    // Really changed, it would end the sessions of all tests beside this one.
    await page.route('**/api/settings', async (route) => {
      if (route.request().method() !== 'POST') return route.fallback()
      sent.push(route.request().postDataJSON())
      isDefault = false
      await route.fulfill({ json: { ADMIN_PASSWORD: '********' } })
    })
  })

  test('its change is asked for at once, can be put off, and the banner stays until it is done', async ({
    page,
    app,
  }) => {
    await page.goto('/start')
    const dialog = page.getByRole('dialog', {
      name: 'Choose a password of your own',
    })
    await expect(dialog.getByLabel('New password')).toBeFocused()
    await dialog.getByRole('button', { name: 'Later' }).click()
    await page.reload()
    const banner = page.getByRole('note')
    await expect(banner).toContainText('still the public default')
    await expect(dialog).toBeHidden()

    await banner.getByRole('button', { name: 'Change it now' }).click()
    await dialog.getByRole('button', { name: 'Change password' }).click()
    await expect(dialog.getByRole('alert')).toHaveText('Enter a password.')
    await dialog.getByLabel('New password').fill('a long one')
    await dialog.getByLabel('The same again').fill('a lung one')
    await page.keyboard.press('Enter')
    await expect(dialog.getByRole('alert')).toHaveText('The two differ.')
    expect(sent).toEqual([])

    await dialog.getByLabel('The same again').fill('a long one')
    await page.keyboard.press('Enter')
    await app.said('The password is changed. You are still logged in.')
    expect(sent).toEqual([{ ADMIN_PASSWORD: 'a long one' }])
    await expect(dialog).toBeHidden()
    await expect(banner).toBeHidden()
  })
})
