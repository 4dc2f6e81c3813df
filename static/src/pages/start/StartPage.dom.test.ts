import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { FakeAccounts } from '@/testing/accounts'
import { apiKey, job, me, overview, settingValues } from '@/testing/answers'
import { faultOf, Refusal } from '@/testing/fake_service'
import { at, usePage } from '@/testing/page'

const use = usePage()

const nothing = {
  password_is_default: true,
  has_accounts: false,
  has_keys: false,
  has_requests: false,
  register_service_configured: false,
}
type Steps = typeof nothing
const steps = (first_steps: Steps) => use.service.on('GET', '/api/overview', overview({ first_steps }))

test('the list ticks itself off', async () => {
  const { page } = use
  steps(nothing)
  await page.open('/start')
  await page.find('0 of 4 done')
  expect(screen.getByRole('link', { name: 'Open settings' })).toHaveAttribute('href', at('/settings'))
  expect(screen.getByText('nginx/serve.sh --demo')).toBeVisible()

  steps({ ...nothing, password_is_default: false, has_accounts: true })
  page.comeBack()
  await page.find('2 of 4 done')
  const done = document.querySelectorAll('li[data-done=true]')
  expect(done).toHaveLength(2)
  expect(done[0]).toHaveTextContent('Set your own password (done)')
})

test('a key is made, shown once, and stands in the examples', async () => {
  const { page, service } = use
  const key = `dm-abcdefgh${'x'.repeat(35)}`
  steps(nothing)
  service.on('POST', '/api/keys', ({ body }) => {
    steps({ ...nothing, has_keys: true })
    return { ...apiKey({ id: 1, name: body.name }), key }
  })
  const box = (label: string) => screen.getByLabelText(label)
  await page.open('/start')
  expect(box('Address')).toHaveTextContent(`${location.origin}${at('/v1')}`)
  expect(box('example in curl')).toHaveTextContent('YOUR_API_KEY')

  await page.fill('Name', 'my key')
  await page.press('Create API key')
  await waitFor(() => expect(box('API key')).toHaveTextContent(key))
  expect(service.sent('POST', '/api/keys')[0]).toMatchObject({ name: 'my key', models: [] })
  expect(screen.getByText(/it is shown only once/)).toBeVisible()
  expect(box('example in curl')).toHaveTextContent(`Authorization: Bearer ${key}`)
  expect(box('example in curl')).toHaveTextContent(`${location.origin}${at('/v1')}/images/generations`)
  await page.press('Python')
  expect(box('example in Python')).toHaveTextContent(`base_url="${location.origin}${at('/v1')}", api_key="${key}"`)
  await page.press('JavaScript')
  expect(box('example in JavaScript')).toHaveTextContent(key)

  await page.open('/start')
  await page.find(/You already have an API key./)
  expect(screen.queryByText(key)).toBeNull()
})

test('a name that is taken is refused in words, and nothing is lost', async () => {
  const { page, service } = use
  steps(nothing)
  service.on(
    'POST',
    '/api/keys',
    new Refusal(409, 'known_name', 'in English', { fields: [faultOf('name', 'key_name_taken', { name: 'twice' })] }),
  )
  await page.open('/start')
  await page.fill('Name', 'twice')
  await page.press('Create API key')
  expect(await screen.findByRole('alert')).toHaveTextContent('Name: there is already an API key with the name twice.')
  expect(page.field('Name')).toHaveValue('twice')
})

test('an empty pool says on the overview how to fill it; the import opens at once', async () => {
  const { page, service } = use
  steps(nothing)
  new FakeAccounts(service, [])
  await page.open('/')
  await screen.findByRole('heading', { name: 'The pool is empty' })
  await page.user.click(screen.getByRole('link', { name: 'Import…' }))
  const dialog = await page.dialog('Import accounts')
  await page.isAt('/accounts')
  await page.user.keyboard('{Escape}')
  await page.closed(dialog)
  await page.reload()
  await screen.findAllByRole('button', { name: 'Import' })
  expect(screen.queryByRole('dialog')).toBeNull()
})

test('with a register service accounts are ordered right there', async () => {
  const { page, service } = use
  const ordered = job({ id: 12, kind: 'register' })
  steps({ ...nothing, register_service_configured: true })
  service
    .on('POST', '/api/jobs', { job: ordered })
    .on('GET', '/api/jobs/{id}', { ...ordered, items_total: 0, page: 1, size: 1, items: [] })
  await page.open('/start')
  await page.fill('Number of accounts', 'none')
  await page.press('Register')
  expect(screen.getByRole('alert')).toHaveTextContent('Enter a whole number from 1 to 100.')
  expect(service.sent('POST', '/api/jobs')).toEqual([])

  await page.fill('Number of accounts', '3')
  await page.press('Register')
  await screen.findByRole('button', { name: 'View job' })
  expect(service.sent('POST', '/api/jobs')).toEqual([{ kind: 'register', count: 3 }])
})

test('the change of a default password is asked for at once, can be put off, and the banner stays until it is done', async () => {
  const { page, service } = use
  let isDefault = true
  steps(nothing)
  service
    .on('GET', '/api/me', () => me({ password_is_default: isDefault }))
    .on('POST', '/api/settings', () => {
      isDefault = false
      return settingValues()
    })
  await page.open('/start')
  const asked = await page.dialog('Set your own password')
  expect(page.field('New password', asked)).toHaveFocus()
  await page.press('Later', asked)
  await page.reload()
  const banner = screen.getByRole('note')
  expect(banner).toHaveTextContent('still the public default')
  expect(screen.queryByRole('dialog')).toBeNull()

  await page.press('Change it now', banner)
  const dialog = await page.dialog('Set your own password')
  await page.press('Change password', dialog)
  expect(within(dialog).getByRole('alert')).toHaveTextContent('Enter a password.')
  await page.fill('New password', 'a long one', dialog)
  await page.fill('Repeat password', 'a lung one', dialog)
  await page.user.type(page.field('Repeat password', dialog), '{Enter}')
  expect(await within(dialog).findByRole('alert')).toHaveTextContent('Passwords don’t match.')
  expect(service.sent('POST', '/api/settings')).toEqual([])

  await page.fill('Repeat password', 'a long one', dialog)
  await page.user.type(page.field('Repeat password', dialog), '{Enter}')
  await page.said('Password changed. You are still logged in.')
  expect(service.sent('POST', '/api/settings')).toEqual([{ ADMIN_PASSWORD: 'a long one' }])
  await page.closed(dialog)
  await waitFor(() => expect(banner).not.toBeInTheDocument())
})
