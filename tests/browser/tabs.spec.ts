import { expect, test } from './fixtures'

test.use({ login: 'own' })

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

  await app.act(email, 'Disable')
  await app.said(`${email} disabled`)
  await other.clock.runFor(1_000)
  await expect(row).toContainText('Disabled')

  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('menuitem', { name: 'Log out' }).click()
  await expect(page).toHaveURL(/\/login$/)
  await other.clock.runFor(100)
  await expect(other).toHaveURL(/\/login\?next=/)
})
