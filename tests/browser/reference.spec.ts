import { expect, test } from './fixtures'
import { settle } from './navigation'

test('the API reference shows an operation, and loads nothing from elsewhere', async ({ page, baseURL }) => {
  const foreign: string[] = []
  const complaints: string[] = []
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(baseURL!).origin)
      foreign.push(request.url())
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))

  await settle(page, '/reference')
  const reference = page.getByRole('region', { name: 'API reference' })
  const tag = reference.locator('#operations-tag-accounts')
  const operation = reference.locator('#operations-accounts-importAccounts')
  await tag.getByRole('button').first().click()
  await operation.getByRole('button').first().click()
  await expect(operation).toContainText('Add many accounts')
  await expect(operation).toContainText('skip_faulty')

  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(page.locator('html')).toHaveClass(colorScheme === 'dark' ? /dark/ : /^(?!.*dark)/)
    const colours = await reference.evaluate((element) => {
      const text = getComputedStyle(element.querySelector('.opblock-summary-description')!).color
      return [text, getComputedStyle(element).backgroundColor].map((colour) =>
        (/\d+, \d+, \d+/.exec(colour)?.[0] ?? '').split(', ').reduce((sum, part) => sum + Number(part), 0),
      )
    })
    // Bright on dark, and the other way round.
    expect(colours[0] > colours[1]).toBe(colorScheme === 'dark')
  }
  expect([foreign, complaints]).toEqual([[], []])
})
