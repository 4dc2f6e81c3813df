import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { FakeAccounts } from '@/testing/accounts'
import { usePage } from '@/testing/page'
import { FakeSettings } from '@/testing/settings'

const use = usePage()
let settings: FakeSettings

beforeEach(() => {
  settings = new FakeSettings(use.service)
})

const row = (key: string) => document.getElementById(`setting-${key}`)!
const bar = () => screen.queryByRole('region', { name: 'Unsaved changes' })
const barSays = (text: string) => waitFor(() => expect(bar()).toHaveTextContent(text))
const barIsGone = () => waitFor(() => expect(bar()).toBeNull())
const pressInBar = (name: string) => use.page.press(name, bar()!)
const sent = () => use.service.sent('POST', '/api/settings')

test('a setting is changed, saved and reset to its default', async () => {
  const { page } = use
  await page.open('/settings')
  const field = () => page.field('Backups kept')
  expect(field()).toHaveValue('7')
  expect(row('BACKUP_KEEP')).toHaveTextContent('1–365')
  expect(bar()).toBeNull()

  await page.fill('Backups kept', '9')
  expect(row('BACKUP_KEEP')).toHaveTextContent('Unsaved')
  await barSays('1 unsaved change')
  await page.fill('Backups kept', '7')
  await barIsGone()
  await page.fill('Backups kept', '9')
  await page.user.type(field(), '{Enter}')
  await page.said('Settings saved.')
  await barIsGone()
  expect(row('BACKUP_KEEP')).toHaveTextContent('from config.json')
  expect(settings.value('BACKUP_KEEP')).toBe(9)

  await page.press('Reset: Backups kept')
  expect(field()).toHaveValue('7')
  expect(row('BACKUP_KEEP')).toHaveTextContent('Will be reset to 7')
  await pressInBar('Save')
  await waitFor(() => expect(row('BACKUP_KEEP')).toHaveTextContent('default'))
  expect(row('BACKUP_KEEP')).not.toHaveTextContent('config.json')
  expect(settings.value('BACKUP_KEEP')).toBe(7)
  expect(sent()).toEqual([
    { BACKUP_KEEP: 9, expected: { BACKUP_KEEP: 7 } },
    { reset: ['BACKUP_KEEP'], expected: { BACKUP_KEEP: 9 } },
  ])
})

test('what does not fit is said beside the field, by the page or by the service', async () => {
  const { page } = use
  await page.open('/settings')
  await page.fill('Backups kept', '0')
  await page.fill('Start of the day', '25:00')
  await barSays('2 unsaved changes')
  await pressInBar('Save')
  await waitFor(() =>
    expect(within(row('BACKUP_KEEP')).getByRole('alert')).toHaveTextContent('Enter a whole number from 1 to 365.'),
  )
  expect(page.field('Backups kept')).toHaveFocus()
  expect(sent()).toEqual([])

  await page.press('Undo change: Backups kept')
  await pressInBar('Save')
  await waitFor(() =>
    expect(within(row('RESET_COUNTS_TIME')).getByRole('alert')).toHaveTextContent('Must be a time of day as HH:MM'),
  )
  expect(page.field('Start of the day')).toHaveAttribute('aria-invalid', 'true')
  await pressInBar('Discard')
  expect(page.field('Start of the day')).toHaveValue('00:00')
})

test('a change made elsewhere meanwhile is shown and not written over', async () => {
  const { page } = use
  const key = 'AUDIT_RETENTION_DAYS'
  const field = () => page.field('Retention of the audit trail')
  await page.open('/settings')
  await page.fill('Retention of the audit trail', '400')
  settings.change(key, 500)
  page.comeBack()
  await waitFor(() =>
    expect(within(row(key)).getByRole('alert')).toHaveTextContent('Changed elsewhere to 500 in the meantime.'),
  )
  expect(field()).toHaveValue('400')
  await pressInBar('Save')
  await barSays('Resolve the highlighted conflicts')
  expect(settings.value(key)).toBe(500)

  await page.press('Keep mine')
  await pressInBar('Save')
  await page.said('Settings saved.')
  await barIsGone()
  expect(settings.value(key)).toBe(400)

  // Nothing of ours in the way: the field follows.
  settings.change(key, 600)
  page.comeBack()
  await waitFor(() => expect(field()).toHaveValue('600'))

  // Also in the moment that the page has not looked yet, the service does not let it.
  settings.silent = true
  await page.fill('Retention of the audit trail', '700')
  settings.change(key, 650)
  await pressInBar('Save')
  await barSays('Resolve the highlighted conflicts')
  expect(settings.value(key)).toBe(650)
  settings.silent = false
  page.comeBack()
  await page.user.click(await screen.findByRole('button', { name: 'Use theirs' }))
  expect(field()).toHaveValue('650')
  await barIsGone()
})

test('leaving with unsaved changes asks first', async () => {
  const { page, service } = use
  new FakeAccounts(service, [])
  const points = () => page.field('Points of a new account')
  await page.open('/settings')
  await page.fill('Points of a new account', '5')
  await page.goTo('Accounts')
  const dialog = await page.dialog('Leave without saving?', 'alertdialog')
  expect(dialog).toHaveTextContent('1 unsaved change will be lost')
  await page.press('Cancel', dialog)
  await page.closed(dialog)
  expect(points()).toHaveValue('5')
  expect(page.address).toBe('/settings')

  await page.goTo('Accounts')
  await page.press('Leave without saving', await page.dialog('Leave without saving?', 'alertdialog'))
  await page.isAt('/accounts')
  await page.goTo('Settings')
  await waitFor(() => expect(points()).toHaveValue('120'))
})

test('a secret is replaced or cleared without ever being shown', async () => {
  const { page } = use
  await page.open('/settings')
  expect(row('METRICS_TOKEN')).toHaveTextContent('Not set')
  await page.press('Set: Metrics token')
  await page.fill('New value: Metrics token', 'spicy-token-of-mine')
  await pressInBar('Save')
  await page.said('Settings saved.')
  await screen.findByRole('button', { name: 'Replace: Metrics token' })
  expect(settings.value('METRICS_TOKEN')).toBe('********')
  expect(document.documentElement.outerHTML).not.toContain('spicy-token-of-mine')

  await page.press('Clear: Metrics token')
  expect(row('METRICS_TOKEN')).toHaveTextContent('Will be cleared')
  await pressInBar('Save')
  await waitFor(() => expect(row('METRICS_TOKEN')).toHaveTextContent('Not set'))
  expect(settings.value('METRICS_TOKEN')).toBeNull()
  expect(sent()).toEqual([
    { METRICS_TOKEN: 'spicy-token-of-mine', expected: { METRICS_TOKEN: null } },
    { METRICS_TOKEN: null, expected: { METRICS_TOKEN: '********' } },
  ])
})

test('a new password is typed twice and judged, and goes out alone', async () => {
  const { page } = use
  await page.open('/settings')
  await page.press('Replace: Administrator password')
  const label = 'New value: Administrator password'
  await waitFor(() => expect(page.field(label)).toHaveFocus())
  await page.fill(label, 'admin1234')
  expect(row('ADMIN_PASSWORD')).toHaveTextContent('Easy to guess')
  await page.fill(label, 'correct horse battery staple')
  expect(row('ADMIN_PASSWORD')).toHaveTextContent('Hard to guess')
  await pressInBar('Save')
  await waitFor(() =>
    expect(within(row('ADMIN_PASSWORD')).getByRole('alert')).toHaveTextContent('Passwords don’t match.'),
  )

  await page.fill('Repeat password', 'correct horse battery staple')
  await pressInBar('Save')
  await page.said('Password changed. All other logins have ended.')
  await waitFor(() => expect(screen.queryByLabelText(label)).toBeNull())
  expect(sent()).toEqual([{ ADMIN_PASSWORD: 'correct horse battery staple', expected: { ADMIN_PASSWORD: '********' } }])
})

test('the upstream and the register service are tried out with what is not saved yet', async () => {
  const { page, service } = use
  const found = (code: Schema<'ServiceTestResult'>['code']) => ({
    ok: code === 'ok',
    code,
    result_message: { code: 'text.external', params: { text: `what was found: ${code}` } },
    message: 'what was found',
    upstream: null,
    version: null,
    instead: null,
    http_status: null,
    duration_ms: 12,
  })
  service.on('POST', '/api/settings/test', ({ body: { what, url, key } }) => {
    if (what === 'upstream') return found(url ? 'unreachable' : 'ok')
    return found(key === '' ? 'not_configured' : 'ok')
  })
  const shows = (key: string, text: string) => waitFor(() => expect(row(key)).toHaveTextContent(text))
  await page.open('/settings')
  await page.press('Test the upstream')
  await shows('UPSTREAM_BASE_URL', 'The upstream is responding.')
  await page.fill('Upstream address', 'http://127.0.0.1:1')
  await waitFor(() => expect(row('UPSTREAM_BASE_URL')).not.toHaveTextContent('The upstream is responding.'))
  await page.press('Test the upstream')
  await shows('UPSTREAM_BASE_URL', 'Nothing responds at this address.')
  await shows('UPSTREAM_BASE_URL', 'what was found: unreachable')

  await page.press('Test the register service')
  await shows('REGISTER_API_KEY', 'is responding and accepts the key.')
  await page.press('Replace: Register service key')
  await page.fill('New value: Register service key', 'not-the-key')
  await page.press('Test the register service')
  await shows('REGISTER_API_KEY', 'is responding and accepts the key.')
  await page.press('Cancel', row('REGISTER_API_KEY'))
  await page.press('Clear: Register service key')
  await page.press('Test the register service')
  await shows('REGISTER_API_KEY', 'Both the address and the key are required.')
  expect(service.sent('POST', '/api/settings/test')).toEqual([
    { what: 'upstream' },
    { what: 'upstream', url: 'http://127.0.0.1:1' },
    { what: 'register_service' },
    { what: 'register_service', key: 'not-the-key' },
    { what: 'register_service', key: '' },
  ])
})

test('settings are searched, and groups have addresses', async () => {
  const { page } = use
  const shown = (count: number) =>
    waitFor(() => expect(document.querySelectorAll('[id^=setting-]')).toHaveLength(count))
  await page.open('/settings#storage')
  screen.getByRole('heading', { name: 'Storage' })
  await page.user.click(document.body)
  await page.user.keyboard('/audit retention')
  await page.isAt(/q=audit\+retention#storage$/)
  await shown(1)
  await page.reload()
  await shown(1)
  await page.fill('Search settings', 'nothing is called that')
  await screen.findByRole('heading', { name: 'No settings match the search' })
  await page.user.click(within(screen.getByRole('main')).getAllByRole('button', { name: 'Clear search' }).at(-1)!)
  await page.user.click(await screen.findByRole('link', { name: 'Daily limits' }))
  await page.isAt('/settings#limits')
  expect(page.field('Daily limit of video-3.0')).toBeVisible()
})

test('what waits for nginx or for the next start says so', async () => {
  const { page } = use
  await page.open('/settings')
  expect(row('MAX_UPLOAD_SIZE')).toHaveTextContent('nginx reloads automatically')
  expect(row('DATABASE_URL')).toHaveTextContent('Takes effect after a restart')
})

test('a change that the shipped nginx could not take is told; of another nginx the page says where to set it', async () => {
  const { page } = use
  const nginx: Schema<'NginxState'> = { host: '0.0.0.0', port: 5100, port_fixed: false, fault: null }
  settings.nginx = { ...nginx, fault: 'taken' }
  await page.open('/settings?q=PORT')
  await page.find(/nginx is still listening on 0.0.0.0:5100: the configured port is in use/)

  const becomes = async (now: Schema<'NginxState'> | null, text: string) => {
    settings.nginx = now
    page.comeBack()
    await waitFor(() => expect(row('PORT')).toHaveTextContent(text))
  }
  await becomes(nginx, 'nginx reloads automatically')
  await waitFor(() => expect(screen.queryByText(/nginx is still listening/)).toBeNull())
  await becomes({ ...nginx, port_fixed: true }, 'Overridden by --port')
  await becomes(null, 'Configure this in your own nginx')
})

test('a page whose port is changed says where it will be', async () => {
  const { page } = use
  settings.nginx = { host: '0.0.0.0', port: Number(location.port), port_fixed: false, fault: null }
  await page.open('/settings?q=PORT')
  await page.fill('Port', '5299')
  await pressInBar('Save')
  await screen.findByRole('link', { name: new RegExp(`^http://${location.hostname}:5299/.*settings$`) })
  expect(sent()).toEqual([{ PORT: 5299, expected: { PORT: 5100 } }])
})
