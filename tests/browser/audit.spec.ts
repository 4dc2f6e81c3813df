import { expect, test } from './fixtures'

test('what was changed is told with its before and after, and leads to what it is about', async ({
  app,
  page,
  service,
}) => {
  await service.seed({ name: 'ann', points: 5 })
  await service.change('ann', { points: 7, region: 'jp' })
  const { id } = (await service.account('ann'))!

  await page.goto(`/audit?name=${service.mark}`)
  const change = app.row('Changed')
  await expect(change).toContainText('Password')
  await expect(change).toContainText(/Points\s*5\s*→\s*7/)
  await expect(change).toContainText(/Region\s*US\s*→\s*JP/)
  await expect(change.getByRole('link', { name: service.email('ann') })).toHaveAttribute(
    'href',
    `/accounts?account=${id}`,
  )
  await expect(change).toContainText('127.0.0.1')

  const added = app.row('Added')
  await added.getByRole('button', { name: /\d more/ }).click()
  await expect(added).toContainText(/Password\s*set/)
  await expect(added).toContainText(/Session ID\s*set/)

  await service.remove('ann')
  await expect(app.row('Deleted')).toContainText(service.email('ann'))
  await expect(app.row('Deleted')).toContainText(/Points\s*7/)
  await expect(app.row('Deleted').getByRole('link')).toHaveCount(0)
})

test('filters live in the address, and pages are turned by their cursor', async ({ app, page, service }) => {
  const lines = Array.from({ length: 102 }, (_, at) => `${service.email(`n${at}`)}:secret`)
  await service.post('/api/accounts/bulk', { credentials: lines.join('\n') })
  for (const name of ['n0', 'n1']) await service.change(name, { points: 1 })

  await page.goto('/audit')
  await page.getByLabel('Search by name').fill(service.mark)
  // Without the filter the page is full as well.
  await expect(page).toHaveURL(new RegExp(`name=${service.mark}`))
  await expect(page.getByRole('row')).toHaveCount(101)
  await page.getByRole('button', { name: 'Older' }).click()
  await expect(page.getByRole('row')).toHaveCount(5)
  await page.reload()
  await expect(page.getByRole('row')).toHaveCount(5)
  await page.getByRole('button', { name: 'Newest' }).click()
  await expect(page.getByRole('row')).toHaveCount(101)
  await expect(page.getByRole('button', { name: 'Newest' })).toHaveCount(0)

  await page.getByRole('main').getByRole('button', { name: 'What', exact: true }).click()
  await page.getByRole('menuitemradio', { name: 'Changed' }).click()
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByRole('main').getByRole('button', { name: 'Who', exact: true }).click()
  await page.getByRole('menuitemradio', { name: 'Browser' }).click()
  await expect(page.getByText('No row matches these filters')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('row')).toHaveCount(3)

  await page.getByLabel('From').fill('2001-01-01T00:00')
  await page.getByLabel('From').blur()
  await expect(page).toHaveURL(/from=200[01]-/)
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByLabel('Address').fill('192.0.2.1')
  await page.getByLabel('Address').blur()
  await expect(page.getByText('No row matches these filters')).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Clear filters' }).first().click()
  await expect(page).toHaveURL(/\/audit$/)
  await expect(app.row('Added').first()).toBeVisible()
})
