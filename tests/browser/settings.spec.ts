import type { Page } from '@playwright/test'

import { expect, test } from './fixtures'

// Each test changes a setting of its own that no other test looks at, and puts it back.

const row = (page: Page, key: string) => page.locator(`#setting-${key}`)
const bar = (page: Page) => page.getByRole('region', { name: 'Unsaved changes' })

async function open(page: Page, address = '/settings'): Promise<void> {
  await page.goto(address)
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await expect(page.locator('[data-loading]')).toHaveCount(0)
}

test('a setting is changed, saved and reset to its default', async ({ app, page, service }) => {
  const backups = service.setting('BACKUP_KEEP')
  await open(page)
  const field = row(page, 'BACKUP_KEEP').getByLabel('Backups to keep', {
    exact: true,
  })
  await expect(field).toHaveValue('7')
  await expect(row(page, 'BACKUP_KEEP')).toContainText('1–365')
  await expect(bar(page)).toBeHidden()

  await field.fill('9')
  await expect(row(page, 'BACKUP_KEEP')).toContainText('Unsaved')
  await expect(bar(page)).toContainText('1 unsaved change')
  await field.fill('7')
  await expect(bar(page)).toBeHidden()
  await field.fill('9')
  await field.press('Enter')
  await app.said('Settings saved.')
  await expect(bar(page)).toBeHidden()
  await expect(row(page, 'BACKUP_KEEP')).toContainText('from config.json')
  // The other worker acts on it a moment later.
  await expect.poll(backups.value).toBe(9)

  await page.getByRole('button', { name: 'Reset: Backups to keep' }).click()
  await expect(field).toHaveValue('7')
  await expect(row(page, 'BACKUP_KEEP')).toContainText('Will be reset to 7')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'BACKUP_KEEP')).toContainText('default')
  await expect(row(page, 'BACKUP_KEEP')).not.toContainText('config.json')
  await expect.poll(backups.value).toBe(7)
})

test.describe('in a browser that nobody else uses', () => {
  test.use({ login: 'own' }) // the window stays as it was: going

  test('the browser asks before its window goes with unsaved changes', async ({ page }) => {
    await open(page)
    await page.getByLabel('Initial points', { exact: true }).fill('6')
    const asked = page.waitForEvent('dialog')
    void page.close({ runBeforeUnload: true })
    const browsers = await asked
    expect(browsers.type()).toBe('beforeunload')
    await browsers.dismiss()
  })
})

test('groups have addresses, which scroll to them', async ({ page }) => {
  await open(page, '/settings#storage')
  await expect(page.getByRole('heading', { name: 'Storage' })).toBeInViewport()
  await page.getByRole('link', { name: 'Daily limits' }).click()
  await expect(page).toHaveURL(/\/settings#limits$/)
  await expect(page.getByLabel('Daily limit of video-3.0', { exact: true })).toBeInViewport()
})

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' })

  test('every setting of the service is named, explained, measured and grouped in Chinese', async ({ page }) => {
    const { settings } = await (await page.request.get('/api/settings/schema')).json()
    expect(settings.length).toBeGreaterThan(30)
    await page.goto('/settings')
    await expect(page.locator('[id^=setting-]')).toHaveCount(settings.length)
    const said = await page
      .locator('[id^=setting-]')
      .evaluateAll((rows) =>
        Object.fromEntries(
          rows.map((each) => [
            each.id.replace('setting-', ''),
            [...each.querySelectorAll<HTMLElement>('label, p:not(:has(label)), span, option')].map(
              (one) => one.innerText,
            ),
          ]),
        ),
      )
    const keys: string[] = settings.map(({ key }: { key: string }) => key)
    keys.sort((one, other) => other.length - one.length)
    for (const one of settings) {
      expect(said[one.key].length).toBeGreaterThan(1)
      const texts = said[one.key]
      // What is data: the key, names of models and mail services, addresses, files and their forms.
      const names = [
        ...keys,
        'config.json',
        ...(['REGISTER_MAIL_TYPE', 'STORE_RESULTS'].includes(one.key) ? one.choices : []),
        String(one.value),
        String(one.default),
      ]
      const rest = texts
        .map((text) => names.reduce((left, name) => left.replaceAll(name, ''), text))
        .map((text) =>
          text.replace(
            /--port|\bAPI\b|Webhook|Idempotency-Key|X-Dreamina-[\w-]+|\b[MG]B\b|jimeng-api(-go)?|\bCN\b|sqlite\S*|\/\w+|\w+\/|\*\.example\.com|crypt\(5\)|https?|nginx|jimeng-\d\.\d|nanobanana(pro)?|video-\d\.\d|HH:MM|SQLite|IP|OpenAI|HTTP|JSON|size|quality|style|user|image/g,
            '',
          ),
        )
        .filter((text) => /[A-Za-z]{2,}/.test(text))
      expect([one.key, rest]).toEqual([one.key, []])
    }
    for (const group of await page.getByRole('main').getByRole('heading', { level: 2 }).allInnerTexts())
      expect(group).toMatch(/\p{Script=Han}/u)
  })
})
