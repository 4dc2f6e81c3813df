import type { Page } from '@playwright/test'

import { expectNoFault } from './axe'
import { expect, test } from './fixtures'
import type { Service } from './service'

async function open(page: Page, service: Service, name: string) {
  const account = await service.account(name)
  await page.goto(service.address(`&account=${account!.id}`))
  const panel = page.getByRole('dialog', { name: service.email(name) })
  await expect(panel.getByRole('tablist')).toBeVisible()
  return panel
}

test('no part of the panel has a fault that axe finds', async ({ page, service }) => {
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
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  const panel = await open(page, service, 'ann')
  await expect(panel.getByRole('img', { name: '5 in total' })).toBeVisible()
  for (const tab of ['Overview', 'Requests', 'Errors', 'Jobs', 'Changes']) {
    await panel.getByRole('tab', { name: tab }).click()
    await expect(panel.locator('[data-loading]')).toHaveCount(0)
    if (tab === 'Overview') await panel.getByRole('button', { name: 'Show as a table' }).click()
    await expectNoFault(page, tab, '[role=dialog]')
  }
})
