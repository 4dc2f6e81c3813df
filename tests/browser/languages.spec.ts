import { expect, test } from './fixtures'
import type { Page } from '@playwright/test'

test.use({ locale: 'zh-CN' })

/** Words in Latin letters that the page shows or reads out, less those that are names in any language. */
async function latinWords(page: Page, names: string[]): Promise<string[]> {
  const texts = await page.evaluate(() => {
    const found: string[] = [document.title]
    for (const element of document.querySelectorAll('body *')) {
      for (const name of ['aria-label', 'title', 'alt', 'placeholder']) found.push(element.getAttribute(name) ?? '')
      for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent ?? '')
    }
    return found
  })
  // Emails, session ids and keys (whole or cut short) and the notation of import lines are data, and so are models of other tests.
  const data = [
    /\S+@\S+/g,
    /socks5:\S+/g,
    /\b[0-9a-f]{10,}\b/g,
    /\bemail(:\w+)+/g,
    /\bdm-\w+/g,
    /\b\w+-t[0-9a-f]{10}\b/g,
  ]
  return texts
    .map((text) => data.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text))
    .map((text) => names.reduce((rest, name) => rest.replaceAll(name, ''), text))
    .filter((text) => /[A-Za-z]{2,}/.test(text))
}

test('the Chinese page has no English left in it', async ({ page, app, service }) => {
  await service.seed({ name: 'ann' }, { name: 'bob', region: 'cn', session: false })
  const me = await (await page.request.get('/api/me')).json()
  const names = [
    'Dreamina Manager',
    'ADMIN_PASSWORD',
    'config.json',
    'English',
    me.version,
    ...me.models.map((model: { id: string }) => model.id).reverse(),
    ...me.regions.flatMap((region: string) => [region.toUpperCase(), `${region}-`]),
  ].sort((one, other) => other.length - one.length)
  const clean = async () => expect(await latinWords(page, names)).toEqual([])

  await service.ban('bob', 1)
  await page.goto(service.address())
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
  const row = app.row(service.email('ann'))
  await expect(row).toContainText('正常')
  await clean()

  await page.getByRole('button', { name: '偏好设置' }).click()
  await clean()
  await page.keyboard.press('Escape')

  for (const [action, heading] of [
    ['编辑', '编辑账户'],
    ['封禁…', '封禁'],
    ['更改区域…', '更改'],
    ['导出…', '导出账户'],
  ] as const) {
    await row.getByRole('button', { name: '的操作' }).click()
    await clean()
    await page.getByRole('menuitem', { name: action }).click()
    await expect(page.getByRole('heading', { name: heading })).toBeVisible()
    await clean()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('heading', { name: heading })).toBeHidden()
  }

  await row.getByRole('checkbox').check()
  await expect(page.getByTestId('selected')).toHaveText('已选 1 个')
  await clean()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: '视图' }).click()
  await clean()
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: '批量导入' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '导入' }).click()
  await expect(page.getByText('还没有可导入的账户。')).toBeVisible()
  await clean()
  await page.keyboard.press('Escape')

  await page.goto('/accounts?email=nobody.at.all')
  await expect(page.getByText('没有符合筛选条件的账户')).toBeVisible()
  await clean()

  await page.context().clearCookies()
  await page.goto('/login')
  await page.getByRole('button', { name: '登录' }).click()
  await expect(page.getByRole('alert')).toHaveText('请输入管理员密码。')
  await clean()
})

test('the Chinese pages of models, keys, the audit trail and sessions have no English left in them', async ({
  page,
  service,
}) => {
  await service.seed({ name: 'ann' })
  await service.change('ann', { points: 7, region: 'jp' })
  await service.addKey(service.mark)
  const { items } = await service.get('/api/models')
  const { settings } = await service.get('/api/settings/schema')
  const me = await (await page.request.get('/api/me')).json()
  const names = [
    'Dreamina Manager',
    'Headless Chrome',
    'HeadlessChrome',
    'Linux',
    'API',
    '/v1',
    'ID',
    await page.evaluate(() => navigator.userAgent),
    service.mark,
    ...items.flatMap((model: { id: string; names: { name: string }[] }) => [
      model.id,
      ...model.names.map(({ name }) => name),
    ]),
    ...settings.map(({ key }: { key: string }) => key),
    ...me.regions.map((region: string) => region.toUpperCase()),
  ].sort((one, other) => other.length - one.length)

  for (const path of [
    '/models',
    '/models?model=video-3.0',
    '/models?add=1',
    `/keys?name=${service.mark}`,
    '/keys?add=1',
    `/audit?name=${service.mark}`,
    '/sessions',
  ]) {
    await page.goto(path)
    await expect(page.locator('main h1')).toBeAttached()
    await expect(page.locator('[data-loading]')).toHaveCount(0)
    await expect(page.getByRole('dialog')).toHaveCount(/add|model=/.test(path) ? 1 : 0)
    expect([path, await latinWords(page, names)]).toEqual([path, []])
  }
})

test('the language and the theme are switched in the page and remembered', async ({ page }) => {
  await page.goto('/accounts')
  await page.getByRole('button', { name: '偏好设置' }).click()
  await page.getByRole('menuitemradio', { name: 'English' }).click()
  await page.getByRole('button', { name: 'Preferences' }).click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  await expect(page.locator('html')).toHaveClass(/dark/)

  await page.reload()
  await expect(page.getByRole('button', { name: 'Add account' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('lang', 'en')
  await expect(page.locator('html')).toHaveClass(/dark/)
})
