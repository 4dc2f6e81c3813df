import { expect, type Page } from '@playwright/test'

/** The addresses that the navigation leads to. */
export async function destinations(page: Page): Promise<string[]> {
  await page.goto('/accounts')
  const links = page.getByRole('navigation', { name: 'Main' }).getByRole('link')
  await expect(links.first()).toBeVisible()
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('href')!))
}

/** Opens a page and waits until it shows what it has to show. */
export async function settle(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await expect(page.locator('[aria-busy=true], [data-loading]')).toHaveCount(0)
}
