import { expect, test } from './fixtures'

test('an import names the faulty lines, then tells what it made and what it left out', async ({ app, page, service }) => {
  await service.seed({ name: 'old' })
  await page.goto(service.address())
  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog', { name: 'Import accounts' })

  await dialog.getByLabel('Credentials').fill(`${service.email('one')}:pw\nno colon here`)
  await expect(dialog.getByText('2 lines')).toBeVisible()
  await dialog.getByRole('button', { name: 'Import' }).click()
  await expect(dialog.getByRole('alert')).toContainText('Nothing was imported.')
  await expect(dialog.getByRole('alert').getByRole('listitem')).toHaveCount(1)
  await expect(dialog.getByRole('alert').getByRole('listitem')).toContainText('2')
  expect(await service.account('one')).toBeUndefined()

  const lines = ['# a comment', ...['one', 'old', 'two', 'one'].map((name) => `${service.email(name)}:p:w`), '']
  await dialog.getByLabel('Credentials').fill(lines.join('\n'))
  await dialog.getByLabel('Region').selectOption('sg')
  await dialog.getByLabel('Points').fill('9')
  await dialog.getByRole('button', { name: 'Import' }).click()
  await expect(dialog.getByText('2 accounts were imported.')).toBeVisible()
  await expect(dialog).toContainText('1 was known already')
  await expect(dialog).toContainText(service.email('old'))
  await expect(dialog).toContainText('1 came twice in the text')
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  await expect(app.row(service.email('two'))).toContainText('SG')
  expect(await service.account('one')).toMatchObject({ region: 'sg', points: 9 })
})

test('session ids go beside the credentials, line by line', async ({ page, app, service }) => {
  const id = (digit: string) => digit.repeat(32)
  await page.goto(service.address())
  await page.getByRole('button', { name: 'Import' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Credentials').fill(`${service.email('one')}:pw\n${service.email('two')}:pw`)
  await dialog.getByLabel('Session IDs').fill(`${id('a')}\nhk-${id('b')}`)
  await dialog.getByRole('button', { name: 'Import' }).click()
  await expect(dialog.getByText('2 accounts were imported.')).toBeVisible()
  await page.keyboard.press('Escape')

  await expect(app.row(service.email('two'))).toContainText('HK')
  expect(await service.account('one')).toMatchObject({ session_id: id('a') })
  expect(await service.account('two')).toMatchObject({ session_id: id('b'), region: 'hk' })
})
