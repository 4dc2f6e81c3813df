import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'
import type { Service } from './service'

async function open(page: Page, service: Service, name: string) {
  const account = await service.account(name)
  await page.goto(service.address(`&account=${account!.id}`))
  const panel = page.getByRole('dialog', { name: service.email(name) })
  await expect(panel.getByRole('tablist')).toBeVisible()
  return panel
}

test('the panel opens by its address, stays over a reload, and closes with its parameter', async ({ app, page, service }) => {
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

test('the back button closes what was opened from the list, and closing leaves nothing to go back to', async ({ app, page, service }) => {
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

test('an account is banned, freed, disabled and deleted from its panel, which tells who changed what', async ({ app, page, service }) => {
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
  const changes = panel.getByRole('tabpanel').getByRole('listitem')
  await expect(changes).toHaveCount(4)
  await expect(changes.first()).toContainText('Disabled')
  await expect(changes.last()).toContainText('Added')
  await expect(changes.last()).toContainText(email)

  await panel.getByRole('button', { name: 'Delete…' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete account' }).click()
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

test('the requests that used an account, and what went wrong with it', async ({ page, app: _, service }) => {
  await service.seed({ name: 'ann' })
  const panel = await open(page, service, 'ann')
  await panel.getByRole('tab', { name: 'Requests' }).click()
  await expect(panel.getByText('No request has used this account yet.')).toBeVisible()

  const { id } = (await service.account('ann'))!
  const at = new Date().toISOString()
  const request = {
    id: '019ac0000000700080000000000000aa', started_at: at, ended_at: at, method: 'POST', path: '/v1/images/generations', model: 'jimeng-4.0',
    model_asked: 'jimeng-4.0', api_key_id: null, outcome: 'account_failed', status: 502, client_gone: false, attempt_count: 1, account_id: id,
    email: service.email('ann'), region: 'us', verdict: 'session_expired', bytes_in: 1, bytes_out: 1, duration_ms: 1234, upstream_ms: 1200, own_ms: 34,
  }
  const attempt = { number: 1, account_id: id, email: request.email, region: 'us', verdict: 'session_expired', status: 401, reason: 'please log in again', started_at: at, duration_ms: 1200 }
  await page.route(/\/api\/requests\?/, (route) => route.fulfill({ json: { size: 100, next_cursor: null, items: [request] } }))
  await page.route(/\/api\/requests\/019ac/, (route) => route.fulfill({ json: { ...request, attempts: [attempt], standing: null } }))
  await page.reload()
  await panel.getByRole('tab', { name: 'Requests' }).click()
  await expect(panel.getByRole('row').nth(1)).toContainText('Account failed')
  await expect(panel.getByRole('row').nth(1)).toContainText('1.2 sec')
  await expect(panel.getByRole('link', { name: 'All its requests' })).toHaveAttribute('href', `/requests?account_id=${id}`)
  await panel.getByRole('tab', { name: 'Errors' }).click()
  await expect(panel.getByRole('tabpanel')).toContainText('please log in again')
})

test('an account that is not there is said to be gone', async ({ page, app: _ }) => {
  await page.goto('/accounts?account=999999999')
  await expect(page.getByRole('dialog').getByText('This account is not there')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/accounts$/)
})

for (const theme of ['light', 'dark'] as const) {
  test(`no part of the panel has a fault that axe finds: ${theme}`, async ({ page, app: _, service }) => {
    await service.seed({ name: 'ann' })
    const { id } = (await service.account('ann'))!
    await page.route(`**/api/accounts/${id}/usage*`, (route) =>
      route.fulfill({ json: { days: [{ day: '2026-11-25', usage: { 'jimeng-4.0': 3 } }, { day: '2026-11-26', usage: { nanobanana: 2 } }] } }),
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
      expect(violations.map(({ id: rule, nodes }) => `${tab} ${rule}: ${nodes.map((node) => node.target.join(' ')).join('; ')}`)).toEqual([])
    }
  })
}
