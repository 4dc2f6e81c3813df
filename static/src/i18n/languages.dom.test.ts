import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import { setLocale } from '@/i18n'
import { me, model, storedResult } from '@/testing/answers'
import { usePage } from '@/testing/page'
import { fillPool } from '@/testing/pool'

const use = usePage()

beforeEach(() => {
  setLocale('zh-CN')
  fillPool(use.service)
})

// Names that are the same in any language, and data: emails, session ids, keys, the notation of import lines.
const names = [
  'Dreamina Manager',
  'ADMIN_PASSWORD',
  'config.json',
  'English',
  'Chrome',
  'Linux',
  'curl',
  'Webhook',
  'API',
  '/v1',
  'ID',
  'GB',
  'MB',
  'PNG',
  'LIMIT_VIDEO_3_0',
  'jimeng-video-3.0',
  ...me().models.map(({ id }) => id),
  ...me().regions.flatMap((region) => [region.toUpperCase(), `${region}-`]),
].sort((one, other) => other.length - one.length)
const data = [
  /Mozilla\S+ .*/g,
  /curl\/\S+/g,
  /\S+@\S+/g,
  /socks5:\S+/g,
  /\b[0-9a-f]{10,}\b/g,
  /\bemail((:|----)\w+)+/g,
  /\bdm-\w+/g,
  /\b(res|gen)_\w+/g,
]

/** Words in Latin letters that the page shows or reads out. */
function latinWords(): string[] {
  const texts = [document.title]
  for (const element of document.querySelectorAll('body *')) {
    for (const name of ['aria-label', 'title', 'alt', 'placeholder']) texts.push(element.getAttribute(name) ?? '')
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) texts.push(node.textContent ?? '')
  }
  return texts
    .map((text) => data.reduce((rest, pattern) => rest.replaceAll(pattern, ''), text))
    .map((text) => names.reduce((rest, name) => rest.replaceAll(name, ''), text))
    .filter((text) => /[A-Za-z]{2,}/.test(text))
}

const clean = () => expect(latinWords()).toEqual([])

test('the Chinese page has no English left in it', async () => {
  const { page, service } = use
  const email = 'ann@example.com'
  await page.open('/accounts')
  expect(document.documentElement.lang).toBe('zh-CN')
  await page.rowShows(email, '正常')
  clean()

  await page.press('偏好设置')
  await page.entry('English')
  clean()
  await page.user.keyboard('{Escape}')

  for (const [action, heading] of [
    ['编辑', '编辑账户'],
    ['封禁…', '封禁'],
    ['更改区域…', '更改'],
    ['导出…', '导出账户'],
  ] as const) {
    await page.press(new RegExp(`${email}.*的操作|的操作`), page.row(email))
    const entry = await page.entry(action)
    clean()
    await page.user.click(entry)
    const dialog = await page.dialog(new RegExp(heading))
    clean()
    await page.user.keyboard('{Escape}')
    await page.closed(dialog)
  }

  await page.user.click(within(page.row(email)).getByRole('checkbox'))
  await waitFor(() => expect(screen.getByTestId('selected')).toHaveTextContent('已选 1 个'))
  clean()
  await page.user.keyboard('{Escape}')
  await page.press('视图')
  await page.entry(/区域/)
  clean()
  await page.user.keyboard('{Escape}')

  await page.press('批量导入')
  const dialog = await screen.findByRole('dialog')
  await page.press('导入', dialog)
  await page.find('还没有可导入的账户。')
  clean()
  await page.user.keyboard('{Escape}')
  await page.closed(dialog)

  await page.open('/accounts?email=nobody.at.all')
  await page.find('没有符合筛选条件的账户')
  clean()

  service.isLoggedOut = true
  await page.open('/login')
  await page.press('登录')
  expect(await screen.findByRole('alert')).toHaveTextContent('请输入管理员密码。')
  clean()
})

test.each(['/models', '/models?model=video-3.0', '/models?add=1', '/keys', '/keys?add=1', '/audit', '/sessions'])(
  'the Chinese page at %s has no English left in it',
  async (path) => {
    const { page, service } = use
    service.on('GET', '/api/models', {
      items: [
        model({
          id: 'video-3.0',
          limit_setting: 'LIMIT_VIDEO_3_0',
          daily_limit: 2,
          names: [{ name: 'jimeng-video-3.0', regions: ['us'], send_as: null }],
        }),
        model({ id: 'jimeng-4.0', daily_limit: 3 }),
      ],
    })
    await page.open(path)
    screen.getByRole('heading', { level: 1 })
    await waitFor(() => expect(screen.queryAllByRole('dialog')).toHaveLength(/add|model=/.test(path) ? 1 : 0))
    clean()
  },
)

test.each(['/generations', '/results', `/results/res_${'3'.repeat(24)}`])(
  'the Chinese page at %s has no English left in it',
  async (path) => {
    const { page, service } = use
    service.on('GET', '/api/results/{id}', ({ path: { id } }) => storedResult({ id }))
    await page.open(path)
    await waitFor(() => expect(screen.queryAllByRole('dialog')).toHaveLength(path.includes('res_') ? 1 : 0))
    clean()
  },
)
