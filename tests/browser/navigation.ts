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
  await settled(page)
}

/** Goes to a page through the navigation, and waits until it shows what it has to show. */
export async function goTo(page: Page, path: string): Promise<void> {
  const menu = page.getByRole('button', { name: 'Open menu' }) // on a phone
  if (await menu.isVisible()) await menu.click()
  await page.getByRole('navigation', { name: 'Main' }).locator(`a[href="${path}"]`).click()
  await expect(page).toHaveURL(path)
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.mouse.move(0, 0) // what it is over looks otherwise
  await settled(page)
}

async function settled(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { level: 1 })).toBeAttached()
  await expect(page.locator('[aria-busy=true], [data-loading]')).toHaveCount(0)
}
