import { expect, test } from './fixtures'
import { randomSession, type Service } from './service'

async function ended(service: Service, id: number) {
  await expect.poll(async () => (await service.job(id)).ended_at).not.toBeNull()
  return service.job(id)
}

test('a job is ordered, watched and told of when it ends, wherever one is then', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' })
  await page.goto('/jobs')
  await page.getByRole('button', { name: 'New job' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New job' })
  await dialog.getByLabel('What to do').selectOption('Check sessions')
  await dialog.getByRole('button', { name: 'Queue the job' }).click()
  await expect(dialog).toBeHidden()
  await app.said('Check sessions: the job is queued.')

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
  await app.said(/Check sessions: done/)
  await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'Open the job' }).last().click()
  const panel = page.getByRole('dialog', { name: /Job \d+: Check sessions/ })
  await expect(panel).toContainText('All accounts')
  await expect(panel).toContainText('Administrator')
  await expect(panel.getByRole('table')).toContainText('Live')
})

test('what failed can be looked at alone, tried again, and leads to its account', async ({ app, page, service }) => {
  const session = randomSession()
  await service.seed({ name: 'ann', points: 5 }, { name: 'bad', session, points: 5 })
  await service.points({ [session]: 'error' })
  const [ann, bad] = [(await service.account('ann'))!.id, (await service.account('bad'))!.id]
  const id = await service.order({
    kind: 'points_update',
    accounts: [ann, bad],
  })
  expect(await ended(service, id)).toMatchObject({ state: 'done', failed: 1 })

  await page.goto(`/jobs/${id}`)
  const panel = page.getByRole('dialog', { name: `Job ${id}: Update points` })
  const rows = panel.getByRole('table').getByRole('row')
  await expect(rows).toHaveCount(3)
  await expect(panel).toContainText('2 of 2 done, 1 failed')
  await expect(rows.filter({ hasText: service.email('ann') })).toContainText('120 points')
  await panel.getByLabel('Failed only').check()
  await expect(rows).toHaveCount(2)
  await expect(rows.filter({ hasText: service.email('bad') })).toContainText('The upstream answered -2001')
  await expect(panel.getByRole('link', { name: service.email('bad') })).toHaveAttribute(
    'href',
    `/accounts?account=${bad}`,
  )

  await service.points({ [session]: 77 })
  await panel.getByRole('button', { name: 'Retry failed' }).click()
  await app.said('A new job tries again what failed.')
  await app.said('Update points: done.')
  expect(await service.account('bad')).toMatchObject({ points: 77 })
})

test('accounts by the hundred are read page by page', async ({ page, service }) => {
  const names = Array.from({ length: 150 }, (_, at) => service.email(`n${at}`))
  await service.bulk(names.map((email) => `${email}:pw`).join('\n'), names.map(randomSession).join('\n'))
  const accounts = (await service.accounts()).map(({ id }) => id)
  const id = await service.order({ kind: 'session_check', accounts })
  await page.goto(`/jobs/${id}`)
  const panel = page.getByRole('dialog')
  await expect(panel).toContainText('150 of 150 done, 0 failed')
  await expect(panel.getByText('1–100 of 150')).toBeVisible()
  await panel.getByRole('button', { name: 'Next page' }).click()
  await expect(panel.getByText('101–150 of 150')).toBeVisible()
  await expect(panel.getByRole('table').getByRole('row')).toHaveCount(51)
})

test('new accounts are registered, and a job can be cancelled', async ({ app, page, service }) => {
  test.setTimeout(90_000)
  await page.goto('/jobs')
  await page.getByRole('button', { name: 'New job' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New job' })
  await dialog.getByLabel('What to do').selectOption('Register accounts')
  await dialog.getByLabel('How many accounts').fill('0')
  await dialog.getByRole('button', { name: 'Queue the job' }).click()
  await expect(dialog.getByRole('alert')).toHaveText('Enter a whole number from 1 to 100.')
  await dialog.getByLabel('How many accounts').fill('2')
  await dialog.getByRole('button', { name: 'Queue the job' }).click()

  const row = page.getByRole('row').filter({ hasText: 'Register accounts' }).first()
  await expect(row.getByRole('progressbar')).toBeVisible()
  await row.getByRole('link').click()
  const panel = page.getByRole('dialog', {
    name: /Job \d+: Register accounts/,
  })
  await expect(panel).toContainText(/Running|Queued/)
  await expect(panel.getByRole('table').getByRole('row')).toHaveCount(3, {
    timeout: 40_000,
  })
  await expect(panel.getByRole('table')).toContainText('Registered')

  const waiting = await service.order({ kind: 'register', count: 1 })
  await page.goto(`/jobs/${waiting}`)
  await page.getByRole('button', { name: 'Cancel job' }).click()
  await app.said('The job is cancelled.')
  await expect(page.getByRole('dialog')).toContainText('Cancelled')
})

test('without a register service the dialog leads to the settings', async ({ page }) => {
  await page.route('**/api/overview', async (route) => {
    const answer = await route.fetch()
    const overview = await answer.json()
    overview.first_steps.register_service_configured = false
    await route.fulfill({ response: answer, json: overview })
  })
  await page.goto('/jobs')
  await page.getByRole('button', { name: 'New job' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New job' })
  await dialog.getByLabel('What to do').selectOption('Register accounts')
  await expect(dialog.getByRole('alert').getByRole('link', { name: 'settings' })).toHaveAttribute('href', '/settings')
})

test('filters live in the address', async ({ page, service }) => {
  await service.seed({ name: 'ann' })
  const id = await service.order({
    kind: 'session_check',
    accounts: [(await service.account('ann'))!.id],
  })
  await ended(service, id)
  await page.goto('/jobs')
  await page.getByRole('button', { name: 'Kind' }).click()
  await page.getByRole('menuitemradio', { name: 'Check sessions' }).click()
  await page.getByRole('button', { name: 'State' }).click()
  await page.getByRole('menuitemradio', { name: 'Done' }).click()
  await expect(page).toHaveURL('/jobs?state=done&kind=session_check')
  await expect(page.getByRole('row').filter({ has: page.getByRole('link', { name: `Open job ${id}` }) })).toHaveCount(1)
  await page.goto('/jobs/999999999')
  await expect(page.getByRole('dialog')).toContainText('There is no such job')
})

test('the schedule shows every timed job and has one run now', async ({ app, page }) => {
  await page.goto('/jobs')
  await page.getByRole('link', { name: 'Schedule' }).click()
  await expect(page).toHaveURL('/jobs?view=schedule')
  const row = page.getByRole('row').filter({ hasText: 'Remove what is old' })
  await expect(row).toContainText('Daily at 03:00')
  await row.getByRole('button', { name: 'Run now: Remove what is old' }).click()
  await app.said('Remove what is old: it will run within a second.')
  await expect(row).toContainText('Done')
  await expect(row).toContainText(/Removed \d+ jobs/)
  await expect(page.getByRole('row').filter({ hasText: 'Register accounts automatically' })).toContainText(
    'Off: AUTO_REGISTER_ENABLED is false',
  )
})
