import { expect, test } from './fixtures'

test('the keyboard alone is enough', async ({ app, page, service }) => {
  const email = service.email('ann')
  await service.seed({ name: 'ann' })
  await page.goto(service.address())
  const menu = app.row(email).getByRole('button', { name: `Actions for ${email}` })
  await expect(menu).toBeVisible()

  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Details' })).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Edit account' })
  await expect(dialog.getByLabel('Email')).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await expect(menu).toBeFocused()

  await page.keyboard.press('Enter')
  for (let step = 0; step < 3; step++) await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(app.row(email)).toContainText('Disabled')
})

test('rows are walked, selected and opened by keys', async ({ app, page, service }) => {
  await service.seed(
    ...Array.from({ length: 60 }, (_, at) => ({
      name: `n${String(at).padStart(2, '0')}`,
    })),
  )
  await page.goto(service.address('&sort=email'))
  const row = (at: number) => app.row(service.email(`n${String(at).padStart(2, '0')}`))
  await row(0).focus()
  await page.keyboard.press('End')
  await expect(row(59)).toBeFocused()
  await expect(row(59).locator('a')).toBeInViewport({ ratio: 1 })
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown')
  await expect(row(1)).toBeFocused()
  await page.keyboard.press('PageDown')
  await expect(row(1)).not.toBeFocused()
  await page.keyboard.press('Home')

  await page.keyboard.press('x')
  await expect(row(0)).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Shift+ArrowDown')
  await page.keyboard.press('Shift+ArrowDown')
  await expect(page.getByTestId('selected')).toHaveText('3 selected')
  await page.keyboard.press(' ')
  await expect(page.getByTestId('selected')).toHaveText('2 selected')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('selected')).toHaveCount(0)

  const { id } = (await service.account('n02'))!
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`sort=email.*account=${id}$`))
})

test.describe('on a phone', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true })

  test('the table scrolls inside itself, with email, status and actions always in sight', async ({
    app,
    page,
    service,
  }) => {
    const email = service.email('ann')
    await service.seed({ name: 'ann' })
    await page.goto(service.address())
    await expect(app.row(email)).toBeVisible()

    await page.locator('[data-scroller]').evaluate((element) => element.scrollTo(9999, 0))
    await expect(app.row(email).getByText(email)).toBeInViewport()
    await expect(app.row(email).getByText('Active')).toBeInViewport()
    await app.row(email).getByRole('button', { name: 'Actions for' }).tap()
    await page.getByRole('menuitem', { name: 'Edit' }).tap()
    await expect(page.getByRole('dialog').getByRole('button', { name: 'Save' })).toBeInViewport({ ratio: 1 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
  })
})
