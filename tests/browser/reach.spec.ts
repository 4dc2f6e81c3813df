import { expect, test } from './fixtures'

test('the keyboard alone is enough', async ({ app, page, service }) => {
  const email = service.email('ann')
  await service.seed({ name: 'ann' })
  await page.goto(service.address())
  const menu = app.row(email).getByRole('button', { name: `Actions for ${email}` })
  await expect(menu).toBeVisible()

  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Edit' })).toBeFocused()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Edit account' })
  await expect(dialog.getByLabel('Email')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(menu).toBeFocused()

  await page.keyboard.press('Enter')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(app.row(email)).toContainText('Disabled')
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('the table scrolls inside itself, with email, status and actions always in sight', async ({ app, page, service }) => {
    const email = service.email('ann')
    await service.seed({ name: 'ann' })
    await page.goto(service.address())
    await expect(app.row(email)).toBeVisible()

    await page.locator('section > div:has(> table)').evaluate((element) => element.scrollTo(9999, 0))
    await expect(app.row(email).getByText(email)).toBeInViewport()
    await expect(app.row(email).getByText('Active')).toBeInViewport()
    await app.row(email).getByRole('button', { name: 'Actions for' }).tap()
    await page.getByRole('menuitem', { name: 'Edit' }).tap()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Save' })).toBeInViewport({ ratio: 1 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
