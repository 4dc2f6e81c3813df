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
  await expect(page.getByText('No requests match the filters')).toBeVisible()

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

test('what is older is fetched on the way down', async ({ page, service }) => {
  test.setTimeout(90_000)
  await service.seed({ name: 'ann', region })
  const model = await service.addModel(region)
  for (let batch = 0; batch < 6; batch++) await Promise.all(Array.from({ length: 20 }, () => service.generate(model)))
  await page.goto(`/requests?model=${model}`)
  const list = page.getByRole('group', { name: 'Requests' })
  await expect(page.getByRole('button', { name: 'Load more' })).toBeAttached()
  await expect(async () => {
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    await expect(page.getByText('End of log')).toBeInViewport({
      timeout: 1000,
    })
  }).toPass()
  await expect(page.getByRole('table', { name: 'Requests' })).toHaveAttribute('aria-rowcount', '121')
})
