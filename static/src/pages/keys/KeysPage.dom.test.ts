import { screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { apiKey, model } from '@/testing/answers'
import { faultOf, misfit, Refusal } from '@/testing/fake_service'
import { at, usePage } from '@/testing/page'

const use = usePage()

/** Lists, adds, changes, revokes and takes away keys as the service does, as far as the page shows it. */
function keep(...keys: Schema<'ApiKey'>[]) {
  const { service } = use
  const put = (id: string | number, changes: Partial<Schema<'ApiKey'>>) => {
    keys = keys.map((key) => (key.id === Number(id) ? { ...key, ...changes } : key))
    return keys.find((key) => key.id === Number(id))!
  }
  service
    .on('GET', '/api/models', { items: [model({ id: 'jimeng-4.0' }), model({ id: 'jimeng-4.1' })] })
    .on('GET', '/api/keys', ({ query: { name = '', state } }) => {
      const items = keys.filter(
        (key) => (key.name.includes(name) || key.prefix.startsWith(name)) && (!state || key.state === state),
      )
      return { total: items.length, page: 1, size: 100, items }
    })
    .on('GET', '/api/keys/{id}', ({ path }) => keys.find(({ id }) => id === Number(path.id))!)
    .on('POST', '/api/keys', ({ body }) => {
      if (keys.some(({ name }) => name === body.name))
        return new Refusal(409, 'known_name', 'there is such a key', {
          fields: [faultOf('name', 'key_name_taken', { name: body.name })],
        })
      if (body.calls_per_minute === 0) return misfit('calls_per_minute', 'out_of_range', { min: 1, max: 1000000000 })

      const made = { ...apiKey({ id: 7, name: body.name }), ...(body as Partial<Schema<'ApiKey'>>) }
      keys = [...keys, made]
      return { ...made, key: `${made.prefix}${'x'.repeat(35)}` }
    })
    .on('PUT', '/api/keys/{id}', ({ path, body }) =>
      body.expires_at && Date.parse(body.expires_at) < Date.now()
        ? misfit('expires_at', 'not_future')
        : put(path.id, body as Partial<Schema<'ApiKey'>>),
    )
    .on('POST', '/api/keys/{id}/revoke', ({ path }) => put(path.id, { state: 'revoked' }))
    .on('DELETE', '/api/keys/{id}', ({ path }) => {
      keys = keys.filter(({ id }) => id !== Number(path.id))
      return { message: 'done' }
    })
}

test('a key is created, shown once, edited, revoked and deleted', async () => {
  const { page, service } = use
  keep()
  await page.open('/keys?name=shop')
  await page.find('No API keys match the filters')

  await page.press('Create API key')
  const form = await page.dialog('Create an API key')
  await page.press('Create API key', form)
  await within(form).findByText('Required')
  await page.fill('Name', 'shop one', form)
  await page.fill('Calls per day', '500', form)
  await page.fill('Calls per minute', '0', form)
  await page.user.click(within(form).getByRole('radio', { name: 'Only these models' }))
  await page.user.click(await within(form).findByRole('checkbox', { name: 'jimeng-4.0' }))
  await page.press('Create API key', form)
  await within(form).findByText('Must be from 1 to 1000000000.')

  await page.fill('Calls per minute', '20', form)
  await page.choose('Asynchronous responses', 'Always', form)
  await page.press('Create API key', form)

  const made = await page.dialog('API key of shop one')
  expect(made).toHaveTextContent('it is shown only once')
  const key = within(made).getByLabelText('API key').textContent
  expect(key).toMatch(/^dm-\w{43}$/)
  expect(service.sent('POST', '/api/keys').slice(1)).toEqual([
    {
      name: 'shop one',
      models: ['jimeng-4.0'],
      calls_per_day: 500,
      calls_per_minute: 20,
      concurrency: null,
      keep_alive_blanks: null,
      async_mode: 'always',
      store_results: 'default',
      storage_gb: null,
      expires_at: null,
    },
  ])
  // A key that was not copied is not lost by a single key press.
  await page.user.keyboard('{Escape}')
  const asked = await page.dialog('Close without copying the key?', 'alertdialog')
  await page.press('Cancel', asked)
  await page.closed(asked)
  expect(within(made).getByLabelText('API key')).toHaveTextContent(key)
  await page.press('I have copied it', made)
  await page.closed(made)

  expect(screen.queryByText(key)).toBeNull()

  await page.rowShows('shop one', 'Active')
  const row = () => page.row('shop one')
  expect(row()).toHaveTextContent('0 / 500')
  expect(row()).toHaveTextContent('20 per minute')
  expect(row()).toHaveTextContent(key.slice(0, 11))
  expect(within(row()).getByRole('link', { name: 'Requests of shop one' })).toHaveAttribute(
    'href',
    at('/requests?api_key_id=7'),
  )

  await page.press('Edit shop one')
  const edit = await page.dialog('Edit shop one')
  await page.fill('Expires', '2001-02-03T04:05', edit)
  await page.press('Save', edit)
  await within(edit).findByText('Must be in the future.')
  await page.fill('Expires', '2101-02-03T04:05', edit)
  await page.user.click(within(edit).getByRole('radio', { name: /^All models/ }))
  await page.fill('Calls per day', '', edit)
  await page.press('Save', edit)
  await page.said('shop one saved.')
  await page.closed(edit)

  expect(service.sent('PUT', '/api/keys/{id}').at(-1)).toMatchObject({
    models: [],
    calls_per_day: null,
    calls_per_minute: 20,
    expires_at: new Date('2101-02-03T04:05').toISOString(),
  })
  await page.isAt('/keys?name=shop')

  await page.press('Revoke shop one')
  await page.press('Revoke API key', await screen.findByRole('alertdialog'))
  await page.said('shop one revoked.')
  await page.rowShows('shop one', 'Revoked')
  expect(within(row()).queryByRole('button', { name: /^Edit/ })).toBeNull()

  await page.press('Delete shop one')
  await page.press('Delete API key', await screen.findByRole('alertdialog'))
  await page.said('shop one deleted.')
  await page.rowIsGone('shop one')
})

test('a taken name is said beside the name, and nothing typed is lost', async () => {
  const { page } = use
  keep(apiKey({ id: 1, name: 'a' }))
  await page.open('/keys?add=1')
  const form = await page.dialog('Create an API key')
  await page.fill('Name', 'a', form)
  await page.fill('Concurrent requests', '4', form)
  await page.press('Create API key', form)
  await within(form).findByText('There is already an API key with the name a.')
  expect(page.field('Name', form)).toHaveAttribute('aria-invalid', 'true')
  expect(page.field('Concurrent requests', form)).toHaveValue('4')
})

test('a refusal marks every field that it names, and tells what has no field here', async () => {
  const { page, service } = use
  keep()
  service.on(
    'POST',
    '/api/keys',
    new Refusal(422, 'invalid_field', 'in English', {
      fields: [
        faultOf('name', 'empty'),
        faultOf('concurrency', 'too_large'),
        faultOf('async_mode', 'null'),
        faultOf('prefix', 'unknown'),
      ],
    }),
  )
  await page.open('/keys?add=1')
  const form = await page.dialog('Create an API key')
  await page.fill('Name', 'a', form)
  await page.press('Create API key', form)
  await waitFor(() => expect(within(form).getAllByRole('alert')).toHaveLength(4))
  expect(page.field('Name', form)).toHaveAttribute('aria-invalid', 'true')
  expect(page.field('Concurrent requests', form)).toHaveAttribute('aria-invalid', 'true')
  expect(within(form).getAllByRole('alert').at(-1)).toHaveTextContent('Prefix: is not a known field.')
})

test('keys are searched by name and prefix and chosen by state, in the address', async () => {
  const { page } = use
  keep(
    apiKey({ id: 1, name: 'one shop', prefix: 'dm-aaaaaaaa' }),
    apiKey({ id: 2, name: 'two shop', state: 'revoked' }),
    apiKey({ id: 3, name: 'other' }),
  )
  const count = (rows: number) => waitFor(() => expect(page.rows()).toHaveLength(rows))
  await page.open('/keys')
  await page.fill('Search by name or prefix', 'shop')
  await count(3)
  await page.pick(within(screen.getByRole('main')).getByRole('button', { name: 'State' }), 'Revoked')
  await count(2)
  expect(page.row('two')).toHaveTextContent('Revoked')
  await page.reload()
  await page.isAt('/keys?name=shop&state=revoked')
  await page.rowShows('two', 'Revoked')
  page.back()
  await count(3)
  await page.fill('Search by name or prefix', 'dm-aaaaaaaa')
  await count(2)
  await page.rowShows('one', 'Active')
})
