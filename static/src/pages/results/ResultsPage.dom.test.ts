import { fireEvent, screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import type { Schema } from '@/api/types'
import { ago, apiKey, model, resultTotals, storedResult } from '@/testing/answers'
import { Refusal } from '@/testing/fake_service'
import { at, usePage } from '@/testing/page'

const use = usePage()
type Result = Schema<'StoredResult'>
let all: Result[]
let totals: ReturnType<typeof resultTotals>

const idOf = (number: number) => `res_${String(number).padStart(24, '0')}`
const one = (number: number, changes: Partial<Result> = {}) =>
  storedResult({ id: idOf(number), request_id: String(number).padStart(24, '1'), model: 'm-1', ...changes })
const pending = { state: 'pending', media: null, mime: null, bytes: null, width: null, height: null } as const
const failed = {
  ...pending,
  state: 'failed',
  error: { code: 'delivery.status', params: { status: 403 } },
} as unknown as Partial<Result>

beforeEach(() => {
  all = []
  totals = resultTotals()
  const gone = new Refusal(404, 'unknown_result', 'there is none')
  const shown = (id: string) => all.find((each) => each.id === id) ?? gone
  const change = (id: string, changes: Partial<Result>) => {
    all = all.map((each) => (each.id === id ? { ...each, ...changes } : each))
    return shown(id)
  }
  use.service
    .on('GET', '/api/models', { items: [model({ id: 'm-1' })] })
    .on('GET', '/api/keys', { total: 1, page: 1, size: 1000, items: [apiKey({ id: 4, name: 'shop' })] })
    .on('GET', '/api/results', ({ query }) => {
      const found = all
        .filter((each) => !query.media || each.media === query.media)
        .filter((each) => !query.state || each.state === query.state)
        .filter((each) => !query.is_pinned || each.is_pinned)
        .filter((each) => !query.cursor || each.id.slice(4) < query.cursor)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
      const size = Number(query.size)
      const items = found.slice(0, size)
      return { size, next_cursor: found.length > size ? items.at(-1)!.id.slice(4) : null, totals, items }
    })
    .on('GET', '/api/results/{id}', ({ path }) => shown(path.id))
    .on('POST', '/api/results/{id}/pin', ({ path }) => change(path.id, { is_pinned: true, expires_at: null }))
    .on('POST', '/api/results/{id}/unpin', ({ path }) => change(path.id, { is_pinned: false, expires_at: ago(-60) }))
    .on('POST', '/api/results/{id}/fetch', ({ path }) => change(path.id, { ...pending, error: null }))
    .on('DELETE', '/api/results/{id}', ({ path }) => {
      all = all.filter(({ id }) => id !== path.id)
      return { message: 'result deleted' }
    })
})

const gallery = () => screen.getByRole('group', { name: 'Stored results' })
const tiles = () => within(gallery()).queryAllByRole('listitem')
const count = (number: number) => waitFor(() => expect(tiles()).toHaveLength(number))
const image = (inside: HTMLElement) => inside.querySelector('img')

test('results stand by day, with what can be seen of each without opening it', async () => {
  const { page } = use
  all = [
    one(6, { has_thumbnail: true, is_pinned: true }),
    one(5),
    one(4, { media: 'video', mime: 'video/mp4', bytes: 12_300_000 }),
    one(3, pending),
    one(2, failed),
    one(1, { created_at: ago(40 * 86_400) }),
  ]
  totals = resultTotals({ count: 6, bytes: 1.5e9, max_bytes: 20e9, free_bytes: 85e9 })
  await page.open('/results')
  await count(6)
  const days = within(gallery()).getAllByRole('heading', { level: 2 })
  expect(days.at(-1)).not.toHaveTextContent(/day, .*day,/)
  expect(within(gallery()).getAllByRole('list').at(-1)!.children).toHaveLength(1)
  expect(screen.getByRole('main')).toHaveTextContent(/6 results.*1.5 GB of 20 GB.*85 GB free on disk/)

  const [pinned, plain, video, waiting, broken] = tiles() as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ]
  expect(image(pinned)).toHaveAttribute('src', at(`/api/results/${idOf(6)}/thumbnail`))
  within(pinned).getByRole('img', { name: 'Pinned' })
  expect(image(plain)).toHaveAttribute('src', at(`/api/results/${idOf(5)}/content`))
  expect(image(plain)).toHaveAttribute('loading', 'lazy')
  expect(image(video)).toBeNull()
  expect(video).toHaveTextContent('MP4 · 12.3 MB')
  expect(waiting).toHaveTextContent('Being fetched')
  expect(broken).toHaveTextContent('The receiver answered 403')

  fireEvent.error(image(plain)!)
  await waitFor(() => expect(plain).toHaveTextContent('It cannot be shown.'))
  await page.press('Try again', broken)
  await page.said('It is being fetched again.')
  await waitFor(() => expect(tiles()[4]).toHaveTextContent('Being fetched'))
  expect(use.service.callsOf('POST', '/api/results/{id}/fetch').map(({ path }) => path.id)).toEqual([idOf(2)])
})

test('who has none yet is told how to switch storing on', async () => {
  const { page } = use
  totals = resultTotals({ count: 0, bytes: 0 })
  await page.open('/results')
  await page.find('No results yet')
  await page.find(/Set STORE_RESULTS to copy or rewrite/)
  expect(screen.getByRole('link', { name: 'Open the setting' })).toHaveAttribute(
    'href',
    at('/settings#setting-STORE_RESULTS'),
  )
})

test('that storing has stopped is said, and why', async () => {
  const { page } = use
  all = [one(1)]
  totals = resultTotals({ is_storing: false })
  await page.open('/results')
  await page.find(/Nothing more is stored: too little space is free/)
  expect(screen.getByRole('link', { name: 'Change the limit' })).toHaveAttribute(
    'href',
    at('/settings#setting-RESULTS_MIN_FREE_GB'),
  )
  totals = resultTotals({ is_storing: false, bytes: 20e9 })
  page.comeBack()
  await page.find(/have reached their maximum size/)
})

test('filters live in the address', async () => {
  const { page, service } = use
  all = [one(1), one(2, { media: 'video', is_pinned: true }), one(3, failed)]
  const menu = (name: string) => within(screen.getByRole('main')).getByRole('button', { name })
  const asked = () => service.callsOf('GET', '/api/results').at(-1)!.query
  await page.open('/results')
  await count(3)
  await page.pick(menu('Media'), 'Video')
  await page.isAt('/results?media=video')
  await count(1)
  await page.press('Pinned only')
  await page.isAt('/results?media=video&is_pinned=true')
  expect(menu('Pinned only')).toHaveAttribute('aria-pressed', 'true')
  await page.pick(menu('API key'), 'shop')
  await page.pick(menu('Created'), 'Last 7 days')
  await waitFor(() => expect(asked()).toMatchObject({ media: 'video', is_pinned: 'true', api_key_id: '4' }))
  expect(asked().from).toMatch(/^\d{4}-/)
  await page.press('Clear filters')
  await count(3)
  await page.pick(menu('State'), 'Expired')
  await page.find('No results match the filters')
  await page.fill('Search by ID', 'cat')
  expect(await screen.findByRole('alert')).toHaveTextContent('24 hexadecimal digits')
  await page.fill('Search by ID', `gen_${'0'.repeat(24)}`)
  await page.isAt(`/results?state=expired&id=gen_${'0'.repeat(24)}`)
})

test('what is older is fetched on demand, and by the arrow at the end of what was read', async () => {
  const { page } = use
  all = Array.from({ length: 130 }, (_, number) => one(number + 1))
  await page.open('/results')
  await count(60)
  await page.press('Load more')
  await count(120)
  await page.open(`/results/${idOf(11)}`)
  await count(60)
  await page.open(`/results/${idOf(71)}`)
  const viewer = await page.dialog('Image with m-1')
  await count(120)
  await page.user.keyboard('{ArrowRight}')
  await page.isAt(`/results/${idOf(70)}`)
  expect(image(viewer)).toHaveAttribute('src', at(`/api/results/${idOf(70)}/content`))
})

test('one is looked at, with its facts, and the arrows lead on', async () => {
  const { page } = use
  all = [
    one(3, { generation_id: `gen_${'2'.repeat(24)}`, api_key_id: 4 }),
    one(2, { media: 'video', mime: 'video/mp4', has_thumbnail: true }),
    one(1, failed),
  ]
  await page.open('/results?model=m-1')
  await count(3)
  await page.user.click(within(tiles()[0]!).getByRole('link'))
  await page.isAt(`/results/${idOf(3)}?model=m-1`)
  const viewer = await page.dialog('Image with m-1')
  expect(image(viewer)).toHaveAttribute('alt', 'Image with m-1')
  expect(viewer).toHaveTextContent(/shop.*ann@example.com.*PNG.*1024 × 768.*1.2 MB/)
  expect(within(viewer).getByRole('link', { name: 'ann@example.com' })).toHaveAttribute(
    'href',
    at('/accounts?account=1'),
  )
  expect(within(viewer).getByRole('link', { name: `gen_${'2'.repeat(24)}` })).toHaveAttribute(
    'href',
    at(`/generations/gen_${'2'.repeat(24)}`),
  )
  expect(within(viewer).getByRole('link', { name: `${'1'.repeat(23)}3` })).toHaveAttribute(
    'href',
    at(`/requests/${'1'.repeat(23)}3`),
  )
  expect(within(viewer).getByRole('link', { name: 'Download' })).toHaveAttribute(
    'href',
    at(`/api/results/${idOf(3)}/content?download=true`),
  )
  expect(page.button('Newer', viewer)).toBeDisabled()

  await page.user.keyboard('{ArrowRight}')
  await page.isAt(`/results/${idOf(2)}?model=m-1`)
  const video = await waitFor(() => within(viewer).getByLabelText('Video'))
  expect(video).toHaveAttribute('src', at(`/api/results/${idOf(2)}/content`))
  expect(video).toHaveAttribute('controls')
  // There the arrows wind.
  fireEvent.keyDown(video, { key: 'ArrowRight' })
  expect(page.address).toBe(`/results/${idOf(2)}?model=m-1`)

  await page.press('Older', viewer)
  await waitFor(() => expect(viewer).toHaveTextContent('The receiver answered 403'))
  expect(within(viewer).queryByRole('link', { name: 'Download' })).toBeNull()
  await page.user.keyboard('{ArrowLeft}{Escape}')
  await page.isAt('/results?model=m-1')
})

test('one is pinned, unpinned and deleted, and the next one is shown', async () => {
  const { page, service } = use
  all = [one(2), one(1)]
  await page.open(`/results/${idOf(2)}`)
  const viewer = await page.dialog('Image with m-1')
  await page.press('Pin', viewer)
  await page.said('Pinned: kept until it is unpinned or deleted.')
  await waitFor(() => expect(viewer).toHaveTextContent('Kept untilunpinned'))
  await page.press('Unpin', viewer)
  await page.said('Unpinned: kept for the usual time.')

  await page.press('Delete', viewer)
  const question = await page.dialog('Delete this result?', 'alertdialog')
  expect(service.callsOf('DELETE', '/api/results/{id}')).toEqual([])
  await page.press('Delete', question)
  await page.said('Result deleted.')
  await page.isAt(`/results/${idOf(1)}`)
  await count(1)
  await page.press('Delete', viewer)
  await page.press('Delete', await page.dialog('Delete this result?', 'alertdialog'))
  await page.isAt('/results')
  await page.find('No results yet')
})

test('one that was deleted is told of as such', async () => {
  const { page } = use
  await page.open(`/results/${idOf(1)}`)
  await waitFor(async () => expect(await screen.findByRole('dialog')).toHaveTextContent('This result does not exist'))
})
