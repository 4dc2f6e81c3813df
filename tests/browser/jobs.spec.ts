import { expect, test } from './fixtures'

test('a job is ordered, watched and told of when it ends, wherever one is then', async ({ app, page, service }) => {
  await service.seed({ name: 'ann' })
  await page.goto('/jobs')
  await page.getByRole('button', { name: 'New job' }).first().click()
  const dialog = page.getByRole('dialog', { name: 'New job' })
  await dialog.getByLabel('Job type').selectOption('Check sessions')
  await dialog.getByRole('button', { name: 'Run job' }).click()
  await expect(dialog).toBeHidden()
  await app.said('Check sessions: job queued.')

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
  await app.said(/Check sessions: done/)
  await page.getByRole('region', { name: 'Notifications' }).getByRole('button', { name: 'View job' }).last().click()
  const panel = page.getByRole('dialog', { name: /Job \d+: Check sessions/ })
  await expect(panel).toContainText('All accounts')
  await expect(panel).toContainText('Administrator')
  await expect(panel.getByRole('table')).toContainText('Valid')
})
