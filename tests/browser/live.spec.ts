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
