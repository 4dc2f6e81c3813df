import { fireEvent, screen, waitFor, within } from '@testing-library/dom'
import { expect, test } from 'vitest'

import { auditRow } from '@/testing/answers'
import { at, usePage } from '@/testing/page'

const use = usePage()
const email = 'ann@example.com'

test('what was changed is told with its before and after, and leads to what it is about', async () => {
  const { page, service } = use
  const of = { subject: 'account', subject_id: '3', name: email } as const
  service.on('GET', '/api/audit', {
    size: 100,
    next_cursor: null,
    items: [
      auditRow({ ...of, id: 3, action: 'delete', old: { email, points: 7, region: 'jp' } }),
      auditRow({
        ...of,
        id: 2,
        action: 'change',
        who: 'password',
        old: { points: 5, region: 'us' },
        new: { points: 7, region: 'jp' },
      }),
      auditRow({
        ...of,
        id: 1,
        action: 'create',
        new: { email, password: 'set', region: 'us', session_id: 'set', points: 5 },
      }),
    ],
  })
  await page.open('/audit?name=ann')
  const change = page.row('Changed')
  expect(change).toHaveTextContent('API (password)')
  expect(change).toHaveTextContent(/Points\s*5\s*→\s*7/)
  expect(change).toHaveTextContent(/Region\s*US\s*→\s*JP/)
  expect(within(change).getByRole('link', { name: email })).toHaveAttribute('href', at('/accounts?account=3'))
  expect(change).toHaveTextContent('127.0.0.1')

  const added = page.row('Added')
  await page.press(/\d more/, added)
  expect(added).toHaveTextContent(/Password\s*set/)
  expect(added).toHaveTextContent(/Session ID\s*set/)

  const deleted = page.row('Deleted')
  expect(deleted).toHaveTextContent(email)
  expect(deleted).toHaveTextContent(/Points\s*7/)
  expect(within(deleted).queryByRole('link')).toBeNull()
  expect(service.callsOf('GET', '/api/audit')[0]!.query).toMatchObject({ name: 'ann' })
})

test('filters live in the address, and pages are turned by their cursor', async () => {
  const { page, service } = use
  const all = Array.from({ length: 104 }, (_, number) =>
    auditRow({ id: 104 - number, name: `n${number}`, action: number < 2 ? 'change' : 'create', who: 'password' }),
  )
  service.on('GET', '/api/audit', ({ query }) => {
    const items = all.filter(
      ({ action, who }) =>
        (!query.action || action === query.action) && (!query.who || who === query.who) && !query.address,
    )
    const from = Number(query.cursor ?? 0)
    const next = from + 100 < items.length ? String(from + 100) : null
    return { size: 100, next_cursor: next, items: items.slice(from, from + 100) }
  })
  const asked = () => service.callsOf('GET', '/api/audit').at(-1)!.query
  const count = (rows: number) => waitFor(() => expect(page.rows()).toHaveLength(rows))
  const menu = (name: string) => within(screen.getByRole('main')).getByRole('button', { name })

  await page.open('/audit')
  await page.fill('Search by name', 'n')
  await page.isAt('/audit?name=n')
  await count(101)
  await page.press('Older')
  await count(5)
  await page.reload()
  await count(5)
  expect(asked()).toMatchObject({ name: 'n', cursor: '100' })
  await page.press('Newest')
  await count(101)
  expect(screen.queryByRole('button', { name: 'Newest' })).toBeNull()

  await page.pick(menu('Action'), 'Changed')
  await count(3)
  expect(asked()).toMatchObject({ name: 'n', action: 'change' })
  await page.pick(menu('Actor'), 'Admin (browser)')
  await page.find('No entries match the filters')
  expect(asked()).toMatchObject({ who: 'session' })
  page.back()
  await count(3)

  await page.press('Time range')
  await page.fill('From', '2001-01-01T00:00')
  fireEvent.blur(page.field('From'))
  await page.isAt(/from=200[01]-/)
  await page.user.keyboard('{Escape}')
  await count(3)
  expect(asked().from).toMatch(/^200[01]-/)
  await page.fill('Address', '192.0.2.1')
  fireEvent.blur(page.field('Address'))
  await page.find('No entries match the filters')
  expect(asked()).toMatchObject({ address: '192.0.2.1' })
  await page.user.click(within(screen.getByRole('main')).getAllByRole('button', { name: 'Clear filters' })[0]!)
  await page.isAt('/audit')
  await page.rowShows('n99', 'Added')
})
