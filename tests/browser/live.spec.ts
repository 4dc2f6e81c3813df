import { expect, test } from './fixtures'

test('a change made elsewhere shows up in place, without a reload', async ({ app, page, service }) => {
  const email = service.email('n7')
  await service.seed(...Array.from({ length: 40 }, (_, at) => ({ name: `n${at}`, points: 5 })))
  await page.setViewportSize({ width: 900, height: 500 })
  await page.goto(service.address())
  await expect(app.row(email)).toBeVisible()

  const scroller = page.locator('[data-scroller]')
  await scroller.evaluate((element) => element.scrollTo(60, 120))
  await app.row(email).evaluate((row) => {
    getSelection()!.selectAllChildren(row.querySelector('td a')!)
    row.querySelector<HTMLElement>('button')!.focus({ preventScroll: true })
    Object.assign(window, { sameDocument: true })
  })

  await service.change('n7', { points: 4321 })
  await expect(app.row(email)).toContainText('4,321')

  expect(await scroller.evaluate((element) => [element.scrollLeft, element.scrollTop])).toEqual([60, 120])
  expect(await page.evaluate(() => String(getSelection()))).toBe(email)
  await expect(app.row(email).getByRole('button').first()).toBeFocused()
  expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
})

test('an unreachable service leaves the last state on the page, marked with its time, and comes back by itself', async ({
  app,
  page,
  service,
}) => {
  await service.seed({ name: 'ann', points: 5 })
  await page.goto(service.address())
  await expect(page.getByText('Live')).toBeVisible()

  await page.route('**/api/accounts?*', (route) => route.fulfill({ status: 502, body: 'Bad Gateway' }))
  await expect(page.getByText(/No answer from the server. This is the state of \d+:\d\d:\d\d/)).toBeVisible()
  await expect(app.row(service.email('ann'))).toBeVisible()
  await expect(page.getByText('Live')).toBeHidden()

  await service.change('ann', { points: 77 })
  await page.unroute('**/api/accounts?*')
  await expect(app.row(service.email('ann'))).toContainText('77')
  await expect(page.getByText('No answer from the server.')).toBeHidden()
})

test('a page opened while the service is away says so and goes on by itself', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' })
  await page.route('**/api/**', (route) => route.abort('connectionrefused'))
  await page.goto(service.address())
  await expect(page.getByRole('alert')).toContainText('The server does not answer.')
  await page.unroute('**/api/**')
  await expect(app.row(service.email('ann'))).toBeVisible()
})
