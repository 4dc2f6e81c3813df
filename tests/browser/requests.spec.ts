import { expect, test } from './fixtures'
import { randomSession } from './service'

// One after the other: they ask for accounts of one region, where each has its own.
test.describe.configure({ mode: 'default' })

const region = 'sg'

test('a request shows up by itself when it has ended, and opened it tells of each attempt', async ({
  page,
  service,
}) => {
  const dead = randomSession()
  await service.seed({ name: 'dead', region, session: dead })
  const model = await service.addModel(region)
  await service.script({ account: dead, model, answer: 'session_expired' })
  await page.goto(`/requests?model=${model}`)
  await expect(page.getByText('No request matches the filters')).toBeVisible()

  await service.seed({ name: 'good', region })
  const answer = await service.generate(model)
  expect(answer.status()).toBe(200)
  const id = answer.headers()['x-dreamina-request-id']

  const row = page.getByRole('row').filter({ hasText: model })
  await expect(row).toHaveCount(1)
  await expect(row).toContainText('Success')
  await expect(row).toContainText(service.email('good'))
  await expect(row.getByRole('cell').nth(7)).toHaveText('2')

  await row.getByRole('link').click()
  await expect(page).toHaveURL(`/requests/${id}?model=${model}`)
  const panel = page.getByRole('dialog', { name: `Request for ${model}` })
  const attempts = panel.getByRole('region', { name: 'Attempts' }).getByRole('listitem')
  await expect(attempts).toHaveCount(2)
  await expect(attempts.nth(0)).toContainText('Session expired')
  await expect(attempts.nth(0)).toContainText(service.email('dead'))
  await expect(attempts.nth(0)).toContainText('-2002')
  await expect(attempts.nth(1)).toContainText('Success')
  await expect(panel).toContainText('Administrator')
  await expect(panel).toContainText(id)

  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`/requests?model=${model}`)
  await page.goto(`/requests/${id}`)
  await expect(panel).toBeVisible()
})

test('why no account could serve it is told', async ({ page, service }) => {
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region, { daily_limit: 1 })
  expect((await service.generate(model)).status()).toBe(200)
  const refused = await service.generate(model)
  expect(refused.status()).toBe(503)

  await page.goto(`/requests?model=${model}&outcome=no_account`)
  await expect(page.getByRole('row').filter({ hasText: model })).toHaveCount(1)
  await page.goto(`/requests/${refused.headers()['x-dreamina-request-id']}`)
  const standing = page.getByRole('dialog').getByRole('region', { name: 'Why no account could serve it' })
  await expect(standing).toContainText('At the day’s limit')
  await expect(page.getByRole('dialog')).toContainText('It was not sent to the upstream.')
})

test('filters live in the address, alone and together', async ({ page, service }) => {
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region)
  await service.script({ model, times: 1, answer: 'content_refused' })
  await service.generate(model)
  await service.generate(model)
  const rows = page.getByRole('row').filter({ hasText: model })

  await page.goto(`/requests?model=${model}`)
  await expect(rows).toHaveCount(2)
  await page.getByRole('button', { name: 'Outcome' }).click()
  await page.getByRole('menuitemradio', { name: 'Content refused' }).click()
  await expect(page).toHaveURL(`/requests?outcome=content_refused&model=${model}`)
  await expect(rows).toHaveCount(1)
  await page.getByRole('button', { name: 'Time' }).click()
  await page.getByRole('menuitemradio', { name: 'Last hour' }).click()
  await expect(page).toHaveURL(/last=hour/)
  await expect(rows).toHaveCount(1)

  await page.getByRole('button', { name: 'Clear filters' }).click()
  await expect(page).toHaveURL('/requests')
  await page.getByRole('button', { name: 'More filters' }).click()
  const more = page.getByRole('dialog', { name: 'More filters' })
  await more.getByLabel('Attempts, at least').fill('2')
  await more.getByLabel('Status for the client').fill('99')
  await page.keyboard.press('Enter')
  await expect(more.getByRole('alert')).toHaveText('A whole number from 100 to 599.')
  await more.getByLabel('Account').fill(service.email('ann'))
  await expect(page).toHaveURL(/min_attempts=2/)
  const { id } = (await service.account('ann'))!
  await expect(page).toHaveURL(new RegExp(`account_id=${id}`))
  await expect(page.getByText('No request matches the filters')).toBeVisible()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Remove the filter: Attempts at least 2' }).click()
  await expect(rows).toHaveCount(2)

  await page.goto(`/requests?model=${model}&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z`)
  await expect(page.getByText('No request matches the filters')).toBeVisible()
  await page.getByRole('button', { name: /Remove the filter: Until/ }).click()
  await expect(rows).toHaveCount(2)
})

test('while one reads, new requests wait behind a button', async ({ page, service }) => {
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region)
  for (let sent = 0; sent < 20; sent++) await service.generate(model)
  await page.setViewportSize({ width: 1200, height: 480 })
  await page.goto(`/requests?model=${model}`)
  // Only the rows in sight are there; the table says how many there are, with its head.
  const table = page.getByRole('table', { name: 'Requests' })
  const count = (rows: number) => expect(table).toHaveAttribute('aria-rowcount', String(rows + 1))
  await count(20)

  await page.getByRole('button', { name: 'Pause' }).click()
  await service.generate(model)
  const fresh = page.getByRole('button', { name: /^\d+ new$/ })
  await expect(fresh).toHaveText('1 new')
  await count(20)
  await fresh.click()
  await count(21)
  await expect(fresh).toBeHidden()

  await page.getByRole('button', { name: 'Go on' }).click()
  const list = page.getByRole('group', { name: 'Requests' })
  await list.evaluate((element) => element.scrollTo(0, 200))
  await service.generate(model)
  await service.generate(model)
  await expect(fresh).toHaveText('2 new')
  expect(await list.evaluate((element) => element.scrollTop)).toBe(200)
  await fresh.click()
  await count(23)
  await expect.poll(() => list.evaluate((element) => element.scrollTop)).toBe(0)
})

test('what is older is fetched on the way down', async ({ page, service }) => {
  test.setTimeout(90_000)
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region)
  for (let batch = 0; batch < 6; batch++) await Promise.all(Array.from({ length: 20 }, () => service.generate(model)))
  await page.goto(`/requests?model=${model}`)
  const list = page.getByRole('group', { name: 'Requests' })
  await expect(page.getByRole('button', { name: 'Show older' })).toBeAttached()
  await expect(async () => {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await expect(page.getByText('That is all.')).toBeInViewport({
      timeout: 1000,
    })
  }).toPass()
  await expect(page.getByRole('table', { name: 'Requests' })).toHaveAttribute('aria-rowcount', '121')
})

test('a request that is not in the log is told of as such', async ({ page }) => {
  await page.goto('/requests/000000000000000000000000')
  await expect(page.getByRole('dialog')).toContainText('This request is not in the log')
})
