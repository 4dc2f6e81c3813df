import { expect, test } from './fixtures'

test('a key is created, shown once, edited, revoked and deleted', async ({ app, page, service }) => {
  const name = `shop ${service.mark}`
  await page.goto(`/keys?name=${service.mark}`)
  await expect(page.getByText('No key matches these filters')).toBeVisible()

  await page.getByRole('button', { name: 'Create key' }).click()
  const form = page.getByRole('dialog', { name: 'Create an API key' })
  await form.getByRole('button', { name: 'Create key' }).click()
  await expect(form.getByText('This is needed.')).toBeVisible()
  await form.getByLabel('Name').fill(name)
  await form.getByLabel('Calls a day').fill('500')
  await form.getByLabel('Calls a minute').fill('0')
  await form.getByLabel('Only these').check()
  await form.getByRole('checkbox', { name: 'jimeng-4.0' }).check()
  await form.getByRole('button', { name: 'Create key' }).click()
  await expect(form.getByText('From 1 to 1000000000.')).toBeVisible()
  await form.getByLabel('Calls a minute').fill('20')
  await form.getByRole('button', { name: 'Create key' }).click()

  const made = page.getByRole('dialog', { name: `The key of ${name}` })
  await expect(made).toContainText('it is shown this once')
  const key = (await made.getByLabel('API key', { exact: true }).textContent())!
  expect(key).toMatch(/^dm-\w{43}$/)
  const models = await page.request.get('/v1/models', {
    headers: { Authorization: `Bearer ${key}` },
  })
  expect((await models.json()).data.map(({ id }: { id: string }) => id)).toEqual(['jimeng-4.0'])
  await made.getByRole('button', { name: 'I have copied it' }).click()
  await expect(made).toBeHidden()
  await expect(page.getByText(key)).toHaveCount(0)

  const row = app.row(name)
  await expect(row).toContainText('Active')
  await expect(row).toContainText('0 / 500')
  await expect(row).toContainText('20 a minute')
  await expect(row).toContainText(key.slice(0, 11))
  const [{ id }] = (await service.get(`/api/keys?name=${service.mark}`)).items
  await expect(row.getByRole('link', { name: `Requests of ${name}` })).toHaveAttribute(
    'href',
    `/requests?api_key_id=${id}`,
  )

  await row.getByRole('button', { name: `Edit ${name}` }).click()
  const edit = page.getByRole('dialog', { name: `Edit ${name}` })
  await edit.getByLabel('Expires').fill('2001-02-03T04:05')
  await edit.getByRole('button', { name: 'Save' }).click()
  await expect(edit.getByText('This must be in the future.')).toBeVisible()
  await edit.getByLabel('Expires').fill('2101-02-03T04:05')
  await edit.getByLabel('All models').check()
  await edit.getByLabel('Calls a day').fill('')
  await edit.getByRole('button', { name: 'Save' }).click()
  await app.said(`${name} saved.`)
  expect(await service.get(`/api/keys/${id}`)).toMatchObject({
    models: [],
    calls_per_day: null,
    calls_per_minute: 20,
  })
  await expect(page).toHaveURL(/\/keys\?name=\w+$/)

  await row.getByRole('button', { name: `Revoke ${name}` }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke key' }).click()
  await app.said(`${name} revoked.`)
  await expect(row).toContainText('Revoked')
  await expect(row.getByRole('button', { name: 'Edit' })).toHaveCount(0)

  await row.getByRole('button', { name: `Delete ${name}` }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete key' }).click()
  await app.said(`${name} deleted.`)
  await expect(row).toHaveCount(0)
})

test('a taken name is said beside the name, and nothing typed is lost', async ({ page, service }) => {
  await service.addKey(`a ${service.mark}`)
  await page.goto('/keys?add=1')
  const form = page.getByRole('dialog', { name: 'Create an API key' })
  await form.getByLabel('Name').fill(`a ${service.mark}`)
  await form.getByLabel('Requests at a time').fill('4')
  await form.getByRole('button', { name: 'Create key' }).click()
  await expect(form.getByText('This exists already.')).toBeVisible()
  await expect(form.getByLabel('Name')).toHaveAttribute('aria-invalid', 'true')
  await expect(form.getByLabel('Requests at a time')).toHaveValue('4')
})

test('keys are searched by name and prefix and chosen by state, in the address', async ({ app, page, service }) => {
  const made = await service.addKey(`one ${service.mark}`)
  const other = await service.addKey(`two ${service.mark}`)
  await service.post(`/api/keys/${other.id}/revoke`)

  await page.goto('/keys')
  await page.getByLabel('Search by name or prefix').fill(service.mark)
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByRole('main').getByRole('button', { name: 'State' }).click()
  await page.getByRole('menuitemradio', { name: 'Revoked' }).click()
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(app.row('two')).toContainText('Revoked')
  await page.reload()
  await expect(page).toHaveURL(new RegExp(`name=${service.mark}&state=revoked$`))
  await expect(app.row('two')).toBeVisible()
  await page.goBack()
  await expect(page.getByRole('row')).toHaveCount(3)
  await page.getByLabel('Search by name or prefix').fill(made.prefix)
  await expect(page.getByRole('row')).toHaveCount(2)
  await expect(app.row('one')).toBeVisible()
})
