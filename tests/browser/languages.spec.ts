import { expect, test } from './fixtures'

test.use({ locale: 'zh-CN' })

test('the language and the theme are switched in the page and remembered', async ({ page }) => {
  await page.goto('/accounts')
  await page.getByRole('button', { name: '偏好设置' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveClass(/dark/)

  await page.reload()
  await expect(page.getByRole('button', { name: 'Add account' }).first()).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.locator('html')).toHaveClass(/dark/)
})
