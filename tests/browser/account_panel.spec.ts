import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'
import { randomSession, type Service } from './service'

async function open(page: Page, service: Service, name: string) {
  const account = await service.account(name)
  await page.goto(service.address(`&account=${account!.id}`))
  const panel = page.getByRole('dialog', { name: service.email(name) })
  await expect(panel.getByRole('tablist')).toBeVisible()
  return panel
}

test('the panel opens by its address, stays over a reload, and closes with its parameter', async ({
  app,
  page,
  service,
}) => {
  await service.seed({ name: 'ann', region: 'hk', points: 12.5 })
  const panel = await open(page, service, 'ann')
  await expect(panel).toContainText('HK')
  await expect(panel).toContainText('12.5')
  await expect(panel).toContainText('No calls in the last 30 days.')

  await page.reload()
  await expect(panel.getByRole('tablist')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(panel).toHaveCount(0)
  await expect(page).toHaveURL(new RegExp(`/accounts\\?email=${service.mark}$`))
  await expect(app.row(service.email('ann'))).toBeVisible()
})

test('the back button closes what was opened from the list, and closing leaves nothing to go back to', async ({
  app,
  page,
  service,
}) => {
  await service.seed({ name: 'ann' })
  const { id } = (await service.account('ann'))!
  await page.goto('/accounts')
  await page.getByLabel('Filter by email').fill(service.mark)
  await expect(app.row(service.email('ann'))).toBeVisible()
  await page.goto(service.address(`&account=${id}`))
  const panel = page.getByRole('dialog', { name: service.email('ann') })
  await expect(panel.getByRole('tablist')).toBeVisible()
  await page.goBack()
  await expect(panel).toHaveCount(0)
  await page.goForward()
  await expect(panel.getByRole('tablist')).toBeVisible()
})

test('an account is banned, freed, disabled and deleted from its panel, which tells who changed what', async ({
  app,
  page,
  service,
}) => {
  test.setTimeout(90_000)
  const email = service.email('ann')
  await service.seed({ name: 'ann' })
  const panel = await open(page, service, 'ann')

  await panel.getByRole('button', { name: 'Ban…' }).click()
  const ban = page.getByRole('dialog', { name: `Ban ${email}` })
  await ban.getByLabel('Hours').fill('2')
  await ban.getByRole('button', { name: 'Ban account' }).click()
  await expect(panel).toContainText(/Banned\s*1:59:\d\d/)
  await expect(panel).toContainText('Until')
  await panel.getByRole('button', { name: 'Lift the ban' }).click()
  await expect(panel.getByRole('button', { name: 'Ban…' })).toBeVisible()
  await panel.getByRole('button', { name: 'Disable' }).click()
  await expect(panel.getByRole('button', { name: 'Enable' })).toBeVisible()

  await panel.getByRole('tab', { name: 'Changes' }).click()
  const changes = panel.getByRole('list', { name: 'Changes' }).locator('> li')
  await expect(changes).toHaveCount(4)
  await expect(changes.first()).toContainText('Disabled')
  await expect(changes.last()).toContainText('Added')
  await expect(changes.last()).toContainText(email)

  await panel.getByRole('button', { name: 'Delete' }).click()
  await app.said(`${email} deleted`)
  await expect(page.getByRole('dialog').getByText('This account is not there')).toBeVisible()
})

test('a refresh is ordered from the panel and stands among its jobs', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' })
  const panel = await open(page, service, 'ann')
  await panel.getByRole('button', { name: 'Refresh session' }).click()
  await app.said('Refresh sessions: the job is queued.')
  await panel.getByRole('tab', { name: 'Jobs' }).click()
  await expect(panel.getByRole('tabpanel').getByRole('link', { name: 'Refresh sessions' })).toBeVisible()
})

test('the requests that used an account, its use by day, and what went wrong with it', async ({ page, service }) => {
  const session = randomSession()
  // Nobody else asks for accounts of this region.
  await service.seed({ name: 'ann', region: 'cn', session })
  const model = await service.addModel('cn')
  expect((await service.generate(model)).status()).toBe(200)
  await service.script({ account: session, model, answer: 'session_expired' })
  await service.generate(model)

  const panel = await open(page, service, 'ann')
  await expect(panel.getByRole('img', { name: 'Calls per day and model' })).toBeVisible()
  await panel.getByRole('button', { name: 'Show as a table' }).click()
  await expect(panel.getByRole('columnheader', { name: model })).toBeVisible()

  await panel.getByRole('tab', { name: 'Requests' }).click()
  const rows = panel.getByRole('row').filter({ hasText: model })
  await expect(rows).toHaveCount(2)
  await expect(rows.last()).toContainText('Success')
  await expect(panel.getByRole('link', { name: 'All its requests' })).toHaveAttribute(
    'href',
    `/requests?account_id=${(await service.account('ann'))!.id}`,
  )

  await panel.getByRole('tab', { name: 'Errors' }).click()
  const errors = panel.getByRole('tabpanel').getByRole('listitem')
  await expect(errors).toHaveCount(1)
  await expect(errors).toContainText('-2002')
})

test('an account that is not there is said to be gone', async ({ page }) => {
  await page.goto('/accounts?account=999999999')
  await expect(page.getByRole('dialog').getByText('This account is not there')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/accounts$/)
})

for (const theme of ['light', 'dark'] as const) {
  test(`no part of the panel has a fault that axe finds: ${theme}`, async ({ page, service }) => {
    test.setTimeout(150_000)
    await service.seed({ name: 'ann' })
    const { id } = (await service.account('ann'))!
    // A fixed month, for the chart's sake.
    await page.route(`**/api/accounts/${id}/usage*`, (route) =>
      route.fulfill({
        json: {
          days: [
            { day: '2026-11-25', usage: { 'jimeng-4.0': 3 } },
            { day: '2026-11-26', usage: { nanobanana: 2 } },
          ],
        },
      }),
    )
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    const panel = await open(page, service, 'ann')
    await expect(panel.getByRole('img', { name: '5 in all' })).toBeVisible()
    for (const tab of ['Overview', 'Requests', 'Errors', 'Jobs', 'Changes']) {
      await panel.getByRole('tab', { name: tab }).click()
      await expect(panel.locator('[data-loading]')).toHaveCount(0)
      if (tab === 'Overview') await panel.getByRole('button', { name: 'Show as a table' }).click()
      const { violations } = await new AxeBuilder({ page })
        .include('[role=dialog]')
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze()
      expect(
        violations.map(
          ({ id: rule, nodes }) => `${tab} ${rule}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`,
        ),
      ).toEqual([])
    }
  })
}
