import type { Page } from '@playwright/test'

import { expect, password, test } from './fixtures'

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** A client's request: without an upstream it fails, which is an outcome as well. */
async function ask(page: Page, model: string): Promise<void> {
  await page.request.post('/v1/images/generations', {
    headers: { Authorization: `Bearer ${password}` },
    data: { model, prompt: 'x' },
  })
}

test('the chart takes the colours of the theme', async ({ page }) => {
  await ask(page, 'jimeng-4.5')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  const canvas = card(page, 'Requests').locator('canvas')
  await expect(canvas).toBeVisible()
  const drawn = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())
  const light = await drawn()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(drawn).not.toBe(light)
})
