import { readFile } from 'node:fs/promises'

import { expectNoFault } from './axe'
import { expect, test } from './fixtures'

test('a generation is seen on its way, and its answer is saved and deleted', async ({ app, page, service }) => {
  await service.seed({ name: 'ann', region: 'jp' })
  const model = await service.addModel('jp')
  await service.script({ path: '/v1/*', model, delay_ms: 300_000 })
  await page.goto(`/generations?model=${model}`)
  await expect(page.getByText('No generations match the filters')).toBeVisible()

  const id = await service.queue(model)
  const row = page.getByRole('row').filter({ hasText: model })
  await expect(row).toContainText('In progress')
  await row.getByRole('link').click()
  await expect(page).toHaveURL(`/generations/${id}?model=${model}`)
  const panel = page.getByRole('dialog', { name: `Generation with ${model}` })
  await panel.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('cannot be stopped')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click()

  await service.release()
  await expect(panel).toContainText('Completed')
  await expect(panel.getByRole('region', { name: 'Attempts' })).toContainText(service.email('ann'))
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.getByRole('button', { name: /Download/ }).click(),
  ])
  expect(download.suggestedFilename()).toBe(`${id}.json`)
  expect(JSON.parse(await readFile(await download.path(), 'utf8'))).toHaveProperty('data')

  await panel.getByRole('button', { name: 'Delete' }).click()
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click()
  await app.said('Generation deleted.')
  await expect(page).toHaveURL(`/generations?model=${model}`)
  await expect(row).toHaveCount(0)
})

test('the events of a generation are seen, and sent again', async ({ app, page, service }) => {
  await service.seed({ name: 'ann', region: 'cn' })
  const model = await service.addModel('cn')
  const { id: keyId, key } = await service.addKey(`hooked ${service.mark}`)
  const path = await service.addWebhook(keyId)
  // The first attempts, and the first one that is made on purpose.
  await service.script({ path, status: 500, body: 'out of order', times: 3 }, { path, status: 204 })
  await page.goto(`/generations/${await service.queue(model, key)}`)
  const events = page.getByRole('region', { name: 'Webhook deliveries' })
  const row = events.getByRole('row').filter({ hasText: 'generation.completed' })
  await expect(row).toContainText(/2 attempts, next attempt .*The receiver answered 500: out of order/, {
    timeout: 30_000,
  })
  await expectNoFault(page, 'the panel of a generation', '[role=dialog]')

  const again = row.getByRole('button', { name: /^Send msg_.* again$/ })
  await again.click()
  await app.said(/^generation.completed was not delivered: The receiver answered 500/)
  await again.click()
  await app.said('generation.completed was delivered: 204.')
  await expect(row).toContainText('Delivered')
})
