import { readFile } from 'node:fs/promises'

import { expect, password, test } from './fixtures'

const names = ['ann', 'bob', 'cat', 'dan', 'eve']

test('rows are chosen one by one and in ranges, which a refresh leaves as it is', async ({ app, page, service }) => {
  await service.seed(...names.map((name) => ({ name })))
  await page.goto(service.address('&sort=email'))
  const box = (name: string) => page.getByRole('checkbox', { name: `Select ${service.email(name)}` })
  const count = page.getByTestId('selected')

  await box('bob').check()
  await box('dan').click({ modifiers: ['Shift'] })
  await expect(count).toHaveText('3 selected')
  await box('cat').uncheck()
  await service.change('bob', { points: 777 })
  await expect(app.row(service.email('bob'))).toContainText('777')
  await expect(box('bob')).toBeChecked()
  await expect(box('cat')).not.toBeChecked()

  await page.getByRole('button', { name: 'Select all 5' }).click()
  await expect(count).toHaveText('5 selected')
  await box('ann').uncheck()
  await expect(count).toHaveText('4 selected')
  await page.getByLabel('Filter by email').fill(`ann.${service.mark}`)
  await expect(count).toHaveCount(0)
})

test('the same is done to all that are selected, and what was deleted comes back', async ({ app, page, service }) => {
  await service.seed(...names.map((name) => ({ name })))
  await page.goto(service.address('&sort=email'))
  const all = page.getByRole('checkbox', { name: 'Select all' })
  const bar = page.getByRole('toolbar', { name: 'Selected accounts' })
  await all.check()
  await page.getByRole('checkbox', { name: `Select ${service.email('eve')}` }).uncheck()

  await bar.getByRole('button', { name: 'Ban…' }).click()
  const ban = page.getByRole('dialog', { name: 'Ban 4 accounts' })
  await ban.getByLabel('Hours').fill('3')
  await ban.getByRole('button', { name: 'Ban accounts' }).click()
  await app.said('4 accounts banned')
  await expect(app.row(service.email('dan'))).toContainText(/Banned\s*2:59/)
  expect(await service.account('eve')).toMatchObject({ status: 'active' })
  await bar.getByRole('button', { name: 'Lift the ban' }).click()
  await app.said('4 bans lifted')

  await bar.getByRole('button', { name: 'Change region…' }).click()
  const region = page.getByRole('dialog', {
    name: 'Change the region of 4 accounts',
  })
  await region.getByLabel('Region').selectOption('sg')
  await region.getByRole('button', { name: 'Change region' }).click()
  await app.said('4 regions changed')
  await expect(app.row(service.email('ann'))).toContainText('SG')

  await bar.getByRole('button', { name: 'Refresh session' }).click()
  await app.said('Refresh sessions: the job is queued.')

  await bar.getByRole('button', { name: 'Delete' }).click()
  await page
    .getByRole('alertdialog', { name: 'Delete 4 accounts?' })
    .getByRole('button', { name: 'Delete accounts' })
    .click()
  await app.said('4 accounts deleted')
  await expect(app.row(service.email('ann'))).toHaveCount(0)
  await expect(bar).toHaveCount(0)
  await page.getByRole('button', { name: 'Undo' }).click()
  await app.said('4 accounts restored')
  await expect(app.row(service.email('ann'))).toContainText('SG')
})

test('an export holds secrets only for whoever types the password again', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' }, { name: 'bob' })
  await page.goto(service.address())
  await expect(app.row(service.email('ann'))).toBeVisible()
  const { session_id } = (await service.account('ann'))!
  const dialog = page.getByRole('dialog', { name: 'Export accounts' })
  const file = async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Export' }).click(),
    ])
    return readFile(await download.path(), 'utf8')
  }

  await page.getByRole('button', { name: 'Export', exact: true }).click()
  await expect(dialog.getByLabel('All that match the filters (2)')).toBeChecked()
  const plain = await file()
  expect(plain).toContain(service.email('bob'))
  expect(plain).not.toContain(String(session_id))

  await app.act(service.email('ann'), 'Export…')
  await dialog.getByLabel('Import format').check()
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByText('Enter the administrator password.')).toBeVisible()
  await dialog.getByLabel('Administrator password').fill(`${password}-not`)
  await dialog.getByRole('button', { name: 'Export' }).click()
  await expect(dialog.getByText('That password is not right.')).toBeVisible()
  await dialog.getByLabel('Administrator password').fill(password)
  const secret = await file()
  expect(secret).toContain(String(session_id))
  expect(secret).not.toContain(service.email('bob'))
})
