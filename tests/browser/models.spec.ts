import { expect, test } from './fixtures'

test('a model is added, edited and deleted', async ({ app, page, service }) => {
  const id = `seed-${service.mark}`
  const row = page.getByRole('row').filter({ hasText: id })
  await page.goto('/models')
  await expect(page.getByRole('row').filter({ hasText: 'video-3.0' }).first()).toContainText('LIMIT_VIDEO_3_0')

  await page.getByRole('button', { name: 'Add model' }).click()
  const form = page.getByRole('dialog', { name: 'Add model' })
  await form.getByRole('button', { name: 'Add model' }).click()
  await expect(form.getByText('This is needed.')).toBeVisible()
  await form.getByLabel('ID').fill(id)
  for (const region of ['US', 'JP', 'SG'])
    await form.getByRole('group', { name: 'Regions', exact: true }).getByText(region).click()
  await form.getByLabel('Only accounts with points can serve it').uncheck()
  await form.getByLabel('Daily limit per account').selectOption('A number')
  await form.getByLabel('Calls per account and day').fill('20')
  await form.getByRole('button', { name: 'Add a name' }).click()
  await form.getByLabel('Name 1', { exact: true }).fill(`${id}-*`)
  await form.getByRole('button', { name: 'Add model' }).click()
  await app.said(`${id} added.`)
  await expect(row).toContainText('20')
  await expect(row).toContainText('its own')
  await expect(row).toContainText('HK CN')
  expect(await service.get(`/api/models/${id}`)).toMatchObject({
    needs_points: false,
    regions: ['hk', 'cn'],
    names: [{ name: `${id}-*`, regions: ['hk', 'cn'] }],
    limit_setting: null,
    daily_limit: 20,
  })

  await row.getByRole('button', { name: `Edit ${id}` }).click()
  const edit = page.getByRole('dialog', { name: `Edit ${id}` })
  await edit.getByLabel('Daily limit per account').selectOption('From a setting')
  await edit.getByLabel('Setting').selectOption('LIMIT_NANOBANANA')
  await edit.getByLabel('Regions of name 1').first().selectOption('Regions of its own')
  await edit.getByRole('group', { name: 'Regions of name 1' }).getByText('CN').click()
  await edit.getByRole('button', { name: 'Save' }).click()
  await app.said(`${id} saved.`)
  await expect(row).toContainText('LIMIT_NANOBANANA')
  await expect(row).toContainText(`${id}-* (HK)`)
  await expect(page).toHaveURL(/\/models$/)

  await row.getByRole('button', { name: `Delete ${id}` }).click()
  const confirm = page.getByRole('alertdialog', { name: `Delete ${id}?` })
  await expect(confirm).toContainText('Requests for it are not refused')
  await confirm.getByRole('button', { name: 'Cancel' }).click()
  await expect(row).toBeVisible()
  await row.getByRole('button', { name: `Delete ${id}` }).click()
  await confirm.getByRole('button', { name: 'Delete model' }).click()
  await app.said(`${id} deleted.`)
  await expect(row).toHaveCount(0)
})

test('what the service refuses of a model is said beside the field', async ({ page, service }) => {
  await page.goto('/models?add=1')
  const form = page.getByRole('dialog', { name: 'Add model' })
  await form.getByLabel('ID').fill('video-3.0')
  await form.getByRole('button', { name: 'Add model' }).click()
  await expect(form.getByText('This exists already.')).toBeVisible()
  await expect(form.getByLabel('ID')).toHaveAttribute('aria-invalid', 'true')

  await form.getByLabel('ID').fill(`a/${service.mark}`)
  await form.getByRole('button', { name: 'Add model' }).click()
  await expect(form.getByText('/ cannot be used here.')).toBeVisible()

  await form.getByLabel('ID').fill(service.mark)
  for (const number of [1, 2]) {
    await form.getByRole('button', { name: 'Add a name' }).click()
    await form.getByLabel(`Name ${number}`, { exact: true }).fill('twin')
  }
  await form.getByRole('button', { name: 'Add model' }).click()
  await expect(form.getByText('This stands here twice.')).toBeVisible()
  await expect(form.getByLabel('Name 2', { exact: true })).toHaveAttribute('aria-invalid', 'true')

  await form.getByRole('button', { name: 'Remove name 2' }).click()
  await form.getByLabel('Name 1', { exact: true }).fill('jimeng-video-3.0')
  await form.getByRole('button', { name: 'Add model' }).click()
  await expect(form.getByText('The name jimeng-video-3.0 belongs to the model video-3.0 already.')).toBeVisible()
})

test('the catalogue is searched by ids and names, and the search lives in the address', async ({ page }) => {
  await page.goto('/models')
  await page.getByLabel('Search models').fill('jimeng-video-3.0-PRO')
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(page).toHaveURL(/search=jimeng-video-3.0-PRO$/)
  await page.reload()
  await expect(page.getByRole('row').nth(1)).toContainText('video-3.0')
  await page.getByLabel('Search models').fill('nothing of the kind')
  await expect(page.getByText('No model matches this search')).toBeVisible()
})
