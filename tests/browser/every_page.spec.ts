import { expectNoFault } from './axe'
import { expect, test } from './fixtures'
import { destinations, goTo, settle } from './navigation'

// What holds for every page that the navigation leads to; a new page is held to it without a word here.

const phone = { width: 360, height: 740 }
const desktop = { width: 1440, height: 900 }
const tablet = { width: 768, height: 900 }
const wall = { width: 3840, height: 900 }

for (const [device, size, others] of [
  ['phone', phone, []],
  ['desktop', desktop, [tablet, wall]],
] as const) {
  test(`no page has a fault that axe finds, or is wider than the window: ${device}`, async ({ page, service }) => {
    test.setTimeout(300_000)
    await service.seed({ name: 'ann' }, { name: 'bob', region: 'cn', session: false })
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
    for (const path of await destinations(page)) {
      await goTo(page, path)
      for (const window of [...others, size]) {
        await page.setViewportSize(window)
        const where = `${path} at ${window.width}`
        expect([where, await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)]).toEqual([
          where,
          0,
        ])
      }
      await expectNoFault(page, `${path} on a ${device}`)
    }
  })
}

test('the keys lead to every page, to its search and to their own list', async ({ page }) => {
  await settle(page, '/accounts')
  await page.keyboard.press('?')
  const list = page.getByRole('dialog')
  await expect(list).toContainText('Go to: Accounts')
  const pairs = await list
    .locator('dd')
    .evaluateAll((all) => all.map((each) => [...each.children].map((key) => key.textContent)))
  await page.keyboard.press('Escape')
  await expect(list).toBeHidden()

  for (const [, key] of pairs.filter((pair) => pair[0] === 'g')) {
    await page.keyboard.press('g')
    await page.keyboard.press(key)
    await expect(page.getByRole('navigation', { name: 'Main' }).locator('[aria-current=page]')).toHaveCount(1)
    await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  }

  await settle(page, '/accounts')
  await page.keyboard.press('/')
  await expect(page.locator('[data-search]')).toBeFocused()
})

test.describe('with nothing kept from earlier pages', () => {
  test.use({ login: 'own' })

  test('what is fetched before the first page shows is under 200 kB of script and style', async ({ page }) => {
    const fetched: Promise<[string, number]>[] = []
    page.on('requestfinished', (request) => {
      // The overview's chart is fetched once the page shows and the browser has nothing else to do.
      if (['script', 'stylesheet'].includes(request.resourceType()) && !/\/(StatsC|c)hart-/.test(request.url()))
        fetched.push(request.sizes().then(({ responseBodySize }) => [request.url(), responseBodySize]))
    })
    await settle(page, '/')
    const sizes = await Promise.all(fetched)
    expect(sizes.length).toBeGreaterThan(1)
    expect(sizes.reduce((sum, [, size]) => sum + size, 0)).toBeLessThan(200_000)
  })
})
