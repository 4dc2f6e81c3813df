import { screen, waitFor, within } from '@testing-library/dom'
import { beforeEach, expect, test } from 'vitest'

import { usePage } from '@/testing/page'
import { fillPool } from '@/testing/pool'

import { destinations } from './navigation'

// What holds for every page of the navigation when the service or the session goes away; a new page is held to it
// without a word here.

const use = usePage()
const title = () => screen.getByRole('heading', { level: 1 }).textContent

beforeEach(() => fillPool(use.service))

test.each(destinations.map(({ path }) => path))(
  '%s shows the last state as such while the service does not answer, and goes on by itself',
  async (path) => {
    const { page, service } = use
    await page.open(path)
    const shown = title()
    service.isDown = true
    page.comeBack()
    const stale = () => screen.queryAllByText(/The server is not responding. Showing the state at \d+:\d\d:\d\d/)
    await waitFor(() => expect(stale()).not.toEqual([]))
    expect(title()).toBe(shown)
    service.isDown = false
    page.comeBack()
    await waitFor(() => expect(stale()).toEqual([]))
  },
)

test.each(destinations.map(({ path }) => path))(
  '%s is as it was after a session that ended on the way',
  async (path) => {
    const { page, service } = use
    await page.open(path)
    const { address } = page
    const shown = title()
    service.isLoggedOut = true
    page.comeBack()
    const login = await screen.findByRole('dialog')
    expect(login).toHaveTextContent('Your login has expired.')
    await page.fill('Administrator password', 'the password', login)
    await page.user.type(within(login).getByLabelText('Administrator password'), '{Enter}')
    await page.closed(login)
    expect(service.sent('POST', '/api/login')).toEqual([{ password: 'the password' }])
    expect(page.address).toBe(address)
    expect(title()).toBe(shown)
  },
)
