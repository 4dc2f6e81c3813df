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
  const field = row(page, 'BACKUP_KEEP').getByLabel('Backups kept', {
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
  expect(await backups.value()).toBe(9)

  await page.getByRole('button', { name: 'Reset: Backups kept' }).click()
  await expect(field).toHaveValue('7')
  await expect(row(page, 'BACKUP_KEEP')).toContainText('Goes back to 7')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'BACKUP_KEEP')).toContainText('the default')
  await expect(row(page, 'BACKUP_KEEP')).not.toContainText('config.json')
  expect(await backups.value()).toBe(7)
})

test('what does not fit is said beside the field, by the page or by the service', async ({ page }) => {
  await open(page)
  await page.getByLabel('Backups kept', { exact: true }).fill('0')
  await page.getByLabel('Start of the day', { exact: true }).fill('25:00')
  await expect(bar(page)).toContainText('2 unsaved changes')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'BACKUP_KEEP').getByRole('alert')).toHaveText('Enter a whole number from 1 to 365.')
  await expect(page.getByLabel('Backups kept', { exact: true })).toBeFocused()

  await page.getByRole('button', { name: 'Undo the change of: Backups kept' }).click()
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'RESET_COUNTS_TIME').getByRole('alert')).toHaveText('This does not fit; it must be: HH:MM')
  await expect(page.getByLabel('Start of the day', { exact: true })).toHaveAttribute('aria-invalid', 'true')
  await bar(page).getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByLabel('Start of the day', { exact: true })).toHaveValue('00:00')
})

test('a change made elsewhere meanwhile is shown and not written over', async ({ app, page, service }) => {
  const retention = service.setting('AUDIT_RETENTION_DAYS')
  await open(page)
  const field = page.getByLabel('Retention of the audit trail', {
    exact: true,
  })
  await field.fill('400')
  await retention.change(500)
  await expect(row(page, 'AUDIT_RETENTION_DAYS').getByRole('alert')).toContainText(
    'Changed elsewhere meanwhile, to 500.',
  )
  await expect(field).toHaveValue('400')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(bar(page)).toContainText('Decide at the marked settings')
  expect(await retention.value()).toBe(500)

  await page.getByRole('button', { name: 'Keep mine' }).click()
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await app.said('Settings saved.')
  expect(await retention.value()).toBe(400)

  // Nothing of ours in the way: the field follows.
  await retention.change(600)
  await expect(field).toHaveValue('600')

  // Also in the moment that the page has not looked yet, the service does not let it.
  await page.route('**/api/settings/schema', (route) => route.abort())
  await field.fill('700')
  await retention.change(650)
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(bar(page)).toContainText('Decide at the marked settings')
  expect(await retention.value()).toBe(650)
  await page.unroute('**/api/settings/schema')
  await page.getByRole('button', { name: 'Take that' }).click()
  await expect(field).toHaveValue('650')
  await expect(bar(page)).toBeHidden()
  await retention.reset()
})

test('leaving with unsaved changes asks first', async ({ page }) => {
  await open(page)
  await page.getByLabel('Points of a new account', { exact: true }).fill('5')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
  const dialog = page.getByRole('alertdialog', {
    name: 'Leave without saving?',
  })
  await expect(dialog).toContainText('1 change is not saved')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByLabel('Points of a new account', { exact: true })).toHaveValue('5')
  await expect(page).toHaveURL(/\/settings$/)

  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }).click()
  await dialog.getByRole('button', { name: 'Leave without saving' }).click()
  await expect(page).toHaveURL(/\/accounts$/)
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click()
  await expect(page.getByLabel('Points of a new account', { exact: true })).toHaveValue('120')

  // The browser asks when its window goes.
  await page.getByLabel('Points of a new account', { exact: true }).fill('6')
  const asked = page.waitForEvent('dialog')
  void page.close({ runBeforeUnload: true })
  const browsers = await asked
  expect(browsers.type()).toBe('beforeunload')
  await browsers.dismiss()
})

test('a secret is replaced or cleared without ever being shown', async ({ app, page, service }) => {
  const token = service.setting('METRICS_TOKEN')
  await open(page)
  const metrics = row(page, 'METRICS_TOKEN')
  await expect(metrics).toContainText('Not set')
  await page.getByRole('button', { name: 'Set: Metrics token' }).click()
  await page.getByLabel('New value of: Metrics token').fill('spicy-token-of-mine')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await app.said('Settings saved.')
  await expect(page.getByRole('button', { name: 'Replace: Metrics token' })).toBeVisible()
  expect(await token.value()).toBe('********')
  expect(await page.content()).not.toContain('spicy-token-of-mine')

  await page.getByRole('button', { name: 'Clear: Metrics token' }).click()
  await expect(metrics).toContainText('Will be cleared')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(metrics).toContainText('Not set')
  expect(await token.value()).toBeNull()
  await token.reset()
})

test('a new password is typed twice and judged, and goes out alone', async ({ app, page }) => {
  // Everybody else is logged in with the password in force: this one never reaches the service.
  const sent: unknown[] = []
  await page.route(
    '**/api/settings',
    (route) => (sent.push(route.request().postDataJSON()), route.fulfill({ json: {} })),
  )
  await open(page)
  await page.getByRole('button', { name: 'Replace: Administrator password' }).click()
  const field = page.getByLabel('New value of: Administrator password')
  await expect(field).toBeFocused()
  await field.fill('admin1234')
  await expect(row(page, 'ADMIN_PASSWORD')).toContainText('Easy to guess')
  await field.fill('correct horse battery staple')
  await expect(row(page, 'ADMIN_PASSWORD')).toContainText('Hard to guess')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await expect(row(page, 'ADMIN_PASSWORD').getByRole('alert')).toHaveText('The two are not the same.')

  await page.getByLabel('The same once more').fill('correct horse battery staple')
  await bar(page).getByRole('button', { name: 'Save' }).click()
  await app.said('The password is changed. All other sessions have ended.')
  await expect(field).toBeHidden()
  expect(sent).toEqual([
    {
      ADMIN_PASSWORD: 'correct horse battery staple',
      expected: { ADMIN_PASSWORD: '********' },
    },
  ])
})

test('the upstream and the register service are tried out with what is not saved yet', async ({ page }) => {
  const tried: unknown[] = []
  page.on('request', (request) => request.url().endsWith('/api/settings/test') && tried.push(request.postDataJSON()))
  await open(page)
  const upstream = page.getByRole('button', { name: 'Test the upstream' })
  await upstream.click()
  await expect(row(page, 'UPSTREAM_BASE_URL')).toContainText('The upstream answers.')
  await page.getByLabel('Upstream address', { exact: true }).fill('http://127.0.0.1:1')
  await expect(row(page, 'UPSTREAM_BASE_URL')).not.toContainText('The upstream answers.')
  await upstream.click()
  await expect(row(page, 'UPSTREAM_BASE_URL')).toContainText('Nothing can be reached there.')

  const service = page.getByRole('button', {
    name: 'Test the register service',
  })
  await service.click()
  await expect(row(page, 'REGISTER_API_KEY')).toContainText('answers and takes the key.')
  await page.getByRole('button', { name: 'Replace: Register service key' }).click()
  await page.getByLabel('New value of: Register service key').fill('not-the-key')
  await service.click()
  // The stand-in takes any key; that one was sent is told below.
  await expect(row(page, 'REGISTER_API_KEY')).toContainText('answers and takes the key.')
  await row(page, 'REGISTER_API_KEY').getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Clear: Register service key' }).click()
  await service.click()
  await expect(row(page, 'REGISTER_API_KEY')).toContainText('Both the address and the key are needed.')
  expect(tried).toEqual([
    { what: 'upstream' },
    { what: 'upstream', url: 'http://127.0.0.1:1' },
    { what: 'register_service' },
    { what: 'register_service', key: 'not-the-key' },
    { what: 'register_service', key: '' },
  ])
})

test('settings are searched, and groups have addresses', async ({ page }) => {
  await open(page, '/settings#storage')
  await expect(page.getByRole('heading', { name: 'Storage' })).toBeInViewport()
  await page.keyboard.press('/')
  await page.keyboard.type('audit retention')
  await expect(page).toHaveURL(/q=audit\+retention#storage$/)
  await expect(page.locator('[id^=setting-]')).toHaveCount(1)
  await page.reload()
  await expect(page.locator('[id^=setting-]')).toHaveCount(1)
  await page.getByLabel('Search settings').fill('nothing is called that')
  await expect(page.getByRole('heading', { name: 'No setting matches this search' })).toBeVisible()
  await page.getByRole('main').getByRole('button', { name: 'Clear the search' }).last().click()
  await page.getByRole('link', { name: 'Daily limits' }).click()
  await expect(page).toHaveURL(/\/settings#limits$/)
  await expect(page.getByLabel('Daily limit of video-3.0', { exact: true })).toBeInViewport()
})

test('what waits for nginx or for the next start says so', async ({ page }) => {
  await open(page)
  await expect(row(page, 'MAX_UPLOAD_SIZE')).toContainText('nginx takes it over by itself')
  await expect(row(page, 'DATABASE_URL')).toContainText('Takes effect at the next start')
})

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' })

  test('every setting of the service is named, explained, measured and grouped in Chinese', async ({ page }) => {
    const { settings } = await (await page.request.get('/api/settings/schema')).json()
    expect(settings.length).toBeGreaterThan(30)
    await page.goto('/settings')
    await expect(page.locator('[id^=setting-]')).toHaveCount(settings.length)
    for (const one of settings) {
      const texts = await row(page, one.key).locator('label, p:not(:has(label)), span, option').allInnerTexts()
      // What is data: the key, names of models and mail services, addresses, files and their forms.
      const names = [
        one.key,
        'config.json',
        ...(one.key === 'REGISTER_MAIL_TYPE' ? one.choices : []),
        String(one.value),
        String(one.default),
      ]
      const rest = texts
        .map((text) => names.reduce((left, name) => left.replaceAll(name, ''), text))
        .map((text) =>
          text.replace(
            /sqlite\S*|\/\w+|crypt\(5\)|https?|nginx|jimeng-\d\.\d|nanobanana(pro)?|video-\d\.\d|HH:MM|SQLite|IP/g,
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

test('a change that the shipped nginx could not take is told; of another nginx the page says where to set it', async ({
  page,
}) => {
  const nginx = {
    host: '0.0.0.0',
    port: 5100,
    port_fixed: false,
    fault: 'taken' as string | null,
  }
  await page.route('**/api/settings/schema', async (route) => {
    const schema = await (await route.fetch()).json()
    await route.fulfill({
      json: { ...schema, nginx: nginx.fault === 'own' ? null : nginx },
    })
  })
  await page.goto('/settings?q=PORT')
  await expect(page.getByText('nginx still listens on 0.0.0.0:5100: another program has the port')).toBeVisible()
  nginx.fault = null
  await expect(page.getByText('nginx still listens')).toBeHidden()
  await expect(page.locator('#setting-PORT')).toContainText('nginx takes it over by itself')
  nginx.port_fixed = true
  await expect(page.locator('#setting-PORT')).toContainText('the port was given on the command line')
  nginx.fault = 'own'
  await expect(page.locator('#setting-PORT')).toContainText('Set in your own nginx')
})

test('a page whose port is changed says where it will be', async ({ page }) => {
  const here = new URL((await page.goto('/settings?q=PORT'))!.url())
  await page.route('**/api/settings/schema', async (route) => {
    const schema = await (await route.fetch()).json()
    await route.fulfill({
      json: {
        ...schema,
        nginx: {
          host: '0.0.0.0',
          port: Number(here.port),
          port_fixed: false,
          fault: null,
        },
      },
    })
  })
  await page.route('**/api/settings', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ json: {} }) : route.fallback(),
  )
  await page.reload()
  await page.locator('#setting-PORT').getByRole('textbox').fill('5299')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('link', { name: `http://${here.hostname}:5299/settings` })).toBeVisible()
})
