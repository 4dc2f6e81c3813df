import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'

test.use({ login: 'own' })

/**
 * Resolves when a tab has been told something. Its clock stands still: a timer that it sets afterwards, because the word
 * came late, would not run.
 */
async function hears(tab: Page): Promise<() => Promise<void>> {
  const heard = await tab.evaluateHandle(() => {
    const channel = new BroadcastChannel('dreamina')
    return { once: new Promise((done) => channel.addEventListener('message', () => done(null), { once: true })) }
  })
  return () => heard.evaluate(async ({ once }) => void (await once))
}

test('what one tab changes the other shows, and logging out in one leads the other to the login', async ({
  app,
  page,
  service,
}) => {
  const email = service.email('ann')
  await service.seed({ name: 'ann' })
  await page.goto(service.address())
  const other = await page.context().newPage()
  await other.goto(service.address())
  const row = other.getByRole('row').filter({ hasText: email })
  await expect(row).toContainText('Active')
  // Nothing but the other tab's word makes this one look again.
  await other.clock.install()
  await other.clock.pauseAt(Date.now() + 60_000)

  const change = await hears(other)
  await app.act(email, 'Disable')
  await app.said(`${email} disabled`)
  await change()
  await other.clock.runFor(1_000)
  await expect(row).toContainText('Disabled')

  const end = await hears(other)
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page).toHaveURL(/\/login$/)
  await end()
  await other.clock.runFor(100)
  await expect(other).toHaveURL(/\/login\?next=/)
})
