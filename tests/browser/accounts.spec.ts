import { expect, test } from './fixtures'

test('columns and the height of rows are chosen, remembered and set back', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' })
  await page.goto(service.address())
  const row = app.row(service.email('ann'))
  await expect(row).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Calls today' })).toBeVisible()
  const tall = (await row.boundingBox())!.height

  await page.getByRole('button', { name: 'View' }).click()
  await page.getByRole('menuitemradio', { name: 'Compact' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'Region' }).click()
  await page.getByRole('menuitemcheckbox', { name: 'jimeng-4.0' }).click()
  await page.keyboard.press('Escape')
  await page.reload()
  await expect(row).toBeVisible()
  await expect(page.getByRole('columnheader', { name: 'Region' })).toHaveCount(0)
  await expect(page.getByRole('columnheader', { name: 'jimeng-4.0' })).toHaveCount(0)
  await expect(page.getByRole('columnheader', { name: 'jimeng-4.1' })).toBeVisible()
  expect((await row.boundingBox())!.height).toBeLessThan(tall)

  await page.getByRole('button', { name: 'View' }).click()
  await page.getByRole('menuitem', { name: 'Reset view' }).click()
  await expect(page.getByRole('columnheader', { name: 'Region' })).toBeVisible()
})
