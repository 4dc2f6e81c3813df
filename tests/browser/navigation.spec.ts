import type { Page } from '@playwright/test'

import { expect, password, test } from './fixtures'

async function logInAgain(page: Page): Promise<void> {
  const login = page.getByRole('dialog').filter({ hasText: 'Your login has expired.' })
  await expect(login).toBeVisible()
  await login.getByLabel('Administrator password').fill(password)
  await page.keyboard.press('Enter')
  await expect(login).toBeHidden()
}

test('what was half typed, and what was chosen, is still there after logging in again', async ({
  page,
  app,
  service,
}) => {
  await service.addKey(`a ${service.mark}`)
  await page.goto(`/keys?name=${service.mark}&state=active`)
  await expect(app.row(service.mark)).toBeVisible()
  await page.getByRole('button', { name: 'Create API key' }).click()
  const form = page.getByRole('dialog', { name: 'Create an API key' })
  await form.getByLabel('Name').fill(`b ${service.mark}`)
  await form.getByLabel('Calls per day').fill('5')

  await page.context().clearCookies()
  await form.getByRole('button', { name: 'Create API key' }).click()
  await logInAgain(page)
  await expect(form.getByLabel('Name')).toHaveValue(`b ${service.mark}`)
  await expect(form.getByText('Your login had expired.')).toBeVisible()
  await form.getByRole('button', { name: 'Create API key' }).click()
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await expect(app.row(service.mark)).toHaveCount(2)
  await expect(page).toHaveURL(new RegExp(`name=${service.mark}&state=active$`))
})

test('a tab goes on by itself once another has logged in', async ({ page, app, service }) => {
  await service.addKey(`a ${service.mark}`)
  await page.goto(`/keys?name=${service.mark}`)
  await expect(app.row(service.mark)).toBeVisible()
  await page.context().clearCookies()
  await expect(page.getByText('Your login has expired.')).toBeVisible()
  await page.request.post('/api/login', {
    headers: { 'X-Requested-With': 'dreamina' },
    data: { password },
  })
  await expect(page.getByText('Your login has expired.')).toBeHidden()
  await expect(app.row(service.mark)).toBeVisible()
})

test('a page that was open during an upgrade, whose files are gone, reloads on the next navigation', async ({
  page,
}) => {
  await page.goto('/models')
  await expect(page.getByRole('heading', { level: 1, name: 'Models' })).toBeVisible()
  await page.evaluate(() => Object.assign(window, { openedBefore: true }))
  await page.route(/\/assets\/JobsPage-/, (route) => route.fulfill({ status: 404, body: '' }), { times: 1 })
  await page.getByRole('navigation').getByRole('link', { name: 'Jobs' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Jobs' })).toBeVisible()
  await expect(page).toHaveURL(/\/jobs$/)
  expect(await page.evaluate(() => 'openedBefore' in window)).toBe(false)
})
