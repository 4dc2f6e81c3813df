import { expect, nobody, test } from './fixtures'

test('a key is made, shown once, and stands in the examples, which work', async ({
  page,
  service,
  baseURL,
  playwright,
}) => {
  await page.goto('/start')
  await expect(page.getByLabel('Address', { exact: true })).toHaveText(`${baseURL}/v1`)
  const example = page.getByLabel('example in curl', { exact: true })
  await expect(example).toContainText('YOUR_API_KEY')

  await page.getByLabel('Name').fill(`key ${service.mark}`)
  await page.getByRole('button', { name: 'Create API key' }).click()
  const box = page.getByLabel('API key', { exact: true })
  await expect(box).toBeVisible()
  const key = (await box.textContent())!
  await expect(page.getByText('it is shown only once')).toBeVisible()
  await expect(example).toContainText(`Authorization: Bearer ${key}`)
  await expect(example).toContainText(`${baseURL}/v1/images/generations`)
  await page.getByRole('button', { name: 'Python', exact: true }).click()
  await expect(page.getByLabel('example in Python', { exact: true })).toContainText(
    `base_url="${baseURL}/v1", api_key="${key}"`,
  )
  await page.getByRole('button', { name: 'JavaScript', exact: true }).click()
  await expect(page.getByLabel('example in JavaScript', { exact: true })).toContainText(key)

  const client = await playwright.request.newContext({ baseURL, storageState: nobody })
  const models = await client.get('/v1/models', {
    headers: { Authorization: `Bearer ${key}` },
  })
  expect(models.ok()).toBe(true)
  await client.dispose()

  await page.goto('/accounts')
  await page.goto('/start')
  await expect(page.getByText('You already have an API key.')).toBeVisible()
  await expect(page.getByText(key)).toHaveCount(0)
})
