import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { model, modelFigures, overview, setting } from '@/testing/answers'
import { faultOf, misfit, Refusal } from '@/testing/fake_service'
import { usePage } from '@/testing/page'

const use = usePage()
let models: Schema<'Model'>[]

beforeEach(() => {
  models = [
    model({
      id: 'video-3.0',
      limit_setting: 'LIMIT_VIDEO_3_0',
      daily_limit: 2,
      send_as: 'jimeng-video-3.0',
      names: [{ name: 'jimeng-video-3.0*', regions: ['us', 'hk', 'jp', 'sg', 'cn'], send_as: null }],
    }),
    model({ id: 'nanobanana' }),
  ]
  const whole = ({ names, ...changes }: Schema<'ModelChange'>, of: Schema<'Model'>): Schema<'Model'> => ({
    ...of,
    ...(changes as Partial<Schema<'Model'>>),
    ...(changes.limit_setting && { daily_limit: 60 }),
    ...(names && {
      names: names.map(({ name, regions, send_as }) => ({
        name,
        regions: regions ?? of.regions,
        send_as: send_as ?? null,
      })),
    }),
  })
  use.service
    .on('GET', '/api/models', () => ({ items: models }))
    .on('GET', '/api/overview', () => overview({ models: models.map(({ id }) => modelFigures({ id })) }))
    .on('GET', '/api/settings/schema', {
      settings: (['LIMIT_NANOBANANA', 'LIMIT_VIDEO_3_0'] as const).map((key) =>
        setting({ key, group: 'limits', value: 60 }),
      ),
      fault: null,
      fault_message: null,
      workers: { running: 2, up_to_date: 2 },
      nginx: null,
    })
    .on('POST', '/api/models', ({ body }) => {
      const made = whole(body, model({ id: body.id, regions: body.regions }))
      models = [...models, made]
      return made
    })
    .on('PUT', '/api/models/{id}', ({ path, body }) => {
      models = models.map((each) => (each.id === path.id ? whole(body, each) : each))
      return models.find(({ id }) => id === path.id)!
    })
    .on('DELETE', '/api/models/{id}', ({ path }) => {
      models = models.filter(({ id }) => id !== path.id)
      return { message: 'done' }
    })
})

test('a model is added, edited and deleted', async () => {
  const { page, service } = use
  const row = () => page.row('seed')
  await page.open('/models')
  await page.rowShows('video-3.0', 'LIMIT_VIDEO_3_0')

  await page.press('Add model')
  const form = await page.dialog('Add model')
  await page.press('Add model', form)
  await within(form).findByText('Required')
  await page.fill('ID', 'seed', form)
  const regions = within(form).getByRole('group', { name: 'Regions' })
  for (const region of ['US', 'JP', 'SG']) await page.user.click(within(regions).getByText(region))
  await page.user.click(page.field('Requires an account with points', form))
  await page.choose('Daily limit per account', 'Custom', form)
  await page.fill('Calls per account per day', '20', form)
  await page.press('Add alias', form)
  await page.fill('Alias 1', 'seed-*', form)
  await page.fill('Upstream name of alias 1', 'jimeng-seed-*', form)
  await page.press('Add model', form)
  await page.said('seed added.')
  await page.closed(form)

  await page.rowShows('seed', '20')
  expect(row()).toHaveTextContent('custom')
  expect(row()).toHaveTextContent('HK CN')
  expect(service.sent('POST', '/api/models')).toEqual([
    {
      id: 'seed',
      needs_points: false,
      regions: ['hk', 'cn'],
      send_as: null,
      names: [{ name: 'seed-*', send_as: 'jimeng-seed-*' }],
      limit_setting: null,
      daily_limit: 20,
    },
  ])

  await page.press('Edit seed')
  const edit = await page.dialog('Edit seed')
  await page.choose('Daily limit per account', 'From a setting', edit)
  await page.choose('Setting', 'LIMIT_NANOBANANA', edit)
  await page.choose('Regions of alias 1', 'Own regions', edit)
  await page.user.click(within(within(edit).getByRole('group', { name: 'Regions of alias 1' })).getByText('CN'))
  await page.press('Save', edit)
  await page.said('seed saved.')
  await page.closed(edit)

  await page.rowShows('seed', 'LIMIT_NANOBANANA')
  expect(row()).toHaveTextContent('seed-* (HK)')
  expect(page.address).toBe('/models')

  await page.press('Delete seed')
  const confirm = await page.dialog('Delete seed?', 'alertdialog')
  expect(confirm).toHaveTextContent('Requests for it are still accepted')
  await page.press('Cancel', confirm)
  await page.closed(confirm)

  expect(row()).toBeVisible()
  await page.press('Delete seed')
  await page.press('Delete model', await page.dialog('Delete seed?', 'alertdialog'))
  await page.said('seed deleted.')
  await page.rowIsGone('seed')
})

test('what the service refuses of a model is said beside the field', async () => {
  const { page, service } = use
  const refuse = (refusal: Refusal) => service.on('POST', '/api/models', refusal)

  await page.open('/models?add=1')
  const form = await page.dialog('Add model')
  refuse(new Refusal(409, 'known_model', 'in English', { fields: [faultOf('id', 'model_taken')] }))
  await page.fill('ID', 'video-3.0', form)
  await page.press('Add model', form)
  await within(form).findByText('Is already the ID of another model.')
  expect(page.field('ID', form)).toHaveAttribute('aria-invalid', 'true')

  refuse(misfit('id', 'only_in_names', { sign: '/' }))
  await page.fill('ID', 'a/b', form)
  await page.press('Add model', form)
  await within(form).findByText('Must not contain /, which only names may.')

  await page.fill('ID', 'new', form)
  for (const number of [1, 2]) {
    await page.press('Add alias', form)
    await page.fill(`Alias ${number}`, 'twin', form)
  }
  refuse(misfit('names[1].name', 'same_as', { other: 'names[0].name' }))
  await page.press('Add model', form)
  await within(form).findByText('Is the same as names[0].name.')
  expect(page.field('Alias 2', form)).toHaveAttribute('aria-invalid', 'true')

  await page.press('Remove alias 2', form)
  await page.fill('Alias 1', 'jimeng-video-3.0', form)
  refuse(
    new Refusal(409, 'known_name', 'in English', {
      fields: [faultOf('names', 'name_of_model', { name: 'jimeng-video-3.0', model: 'video-3.0' })],
    }),
  )
  await page.press('Add model', form)
  await within(form).findByText('The name jimeng-video-3.0 already belongs to the model video-3.0.')
})

test('the catalogue is searched by ids and names, and the search lives in the address', async () => {
  const { page } = use
  await page.open('/models')
  await page.fill('Search models', 'jimeng-VIDEO')
  await waitFor(() => expect(page.rows()).toHaveLength(2))
  await page.isAt('/models?search=jimeng-VIDEO')
  await page.reload()
  await waitFor(() => expect(page.rows()[1]).toHaveTextContent('video-3.0'))
  await page.fill('Search models', 'nothing of the kind')
  await page.find('No models match the search')
  expect(screen.queryAllByRole('row')).toEqual([])
})
