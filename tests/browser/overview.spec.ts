import type { Page } from '@playwright/test'

import { expect, password, test } from './fixtures'

const card = (page: Page, name: string) => page.getByRole('region', { name, exact: true })

/** A request of somebody's: without an upstream it fails, which is an outcome as well. */
async function ask(page: Page, model: string): Promise<void> {
  await page.request.post('/v1/images/generations', {
    headers: { Authorization: `Bearer ${password}` },
    data: { model, prompt: 'x' },
  })
}

test.describe('while nobody is logged in', () => {
  test.use({ login: 'none' })

  test('a login leads to the pool in numbers, and each number to what it counts', async ({ page, service }) => {
    await service.seed({ name: 'ann' }, { name: 'bob', session: false })
    await page.goto('/login')
    await page.getByLabel('Administrator password').fill(password)
    await page.keyboard.press('Enter')
    await expect(page).toHaveTitle(/Overview/)
    await expect(page).toHaveURL(/\/$/)

    const pool = page.getByRole('list', { name: 'The pool now' })
    const figure = (name: string) => pool.getByRole('link', { name })
    await expect(figure('No session')).toHaveText(/No session[1-9]/)
    for (const [name, address] of [
      ['Accounts', '/accounts'],
      ['Banned', '/accounts?status=banned'],
      ['Session expired', '/accounts?status=session_expired'],
      ['At a daily limit', '/accounts?at_limit=true'],
    ] as const)
      await expect(figure(name)).toHaveAttribute('href', address)
    await expect(
      card(page, 'Calls left today').getByRole('link', {
        name: 'jimeng-4.0',
        exact: true,
      }),
    ).toHaveAttribute('href', '/accounts?room=jimeng-4.0')
    await expect(
      card(page, 'Calls left today').getByRole('progressbar', {
        name: 'Calls left today for jimeng-4.0',
      }),
    ).toBeVisible()

    await figure('No session').click()
    await expect(page).toHaveURL(/\/accounts\?status=no_session$/)
  })
})

test('requests of the last hour are counted by outcome and by model, drawn or as a table', async ({ page }) => {
  await ask(page, 'jimeng-4.5')
  await page.goto('/')
  const requests = card(page, 'Requests')
  await expect(requests.getByRole('img', { name: 'Requests by outcome: Last hour' })).toBeVisible()

  await requests.getByRole('button', { name: 'Model', exact: true }).click()
  const model = requests.getByRole('link', { name: /^jimeng-4\.5 \d/ })
  await expect(model).toHaveAttribute('href', /^\/requests\?model=jimeng-4\.5&from=\d{4}-/)
  await requests.getByRole('button', { name: 'Day', exact: true }).click()
  await expect(requests.getByRole('img', { name: 'Requests by model: Last day' })).toBeVisible()
  await expect(model).toBeVisible()

  await requests.getByRole('button', { name: 'Show as a table' }).click()
  const table = requests.getByRole('table')
  await expect(table.getByRole('columnheader', { name: 'jimeng-4.5' })).toBeVisible()
  await expect(table.getByRole('row')).toHaveCount(25)
  await expect(requests.locator('canvas')).toHaveCount(0)
})

test('the chart takes the colours of the theme', async ({ page }) => {
  await ask(page, 'jimeng-4.5')
  await page.emulateMedia({ colorScheme: 'light' })
  await page.goto('/')
  const canvas = card(page, 'Requests').locator('canvas')
  await expect(canvas).toBeVisible()
  const drawn = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL())
  const light = await drawn()
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect.poll(drawn).not.toBe(light)
})

test('the upstream is tested where its state stands', async ({ page }) => {
  await page.goto('/')
  const upstream = card(page, 'Upstream')
  await upstream.getByRole('button', { name: 'Test' }).click()
  await expect(upstream.getByRole('status')).toHaveText(
    /^(The upstream answers|Nothing answers at its address|Something).*It took .+\.$/,
  )
})

test('an upstream that is down says since when, and counts down to its next probe', async ({ page }) => {
  await page.route('**/api/overview', async (route) => {
    const response = await route.fetch()
    const upstream = {
      state: 'open',
      since: new Date(Date.now() - 300_000).toISOString(),
      next_probe_at: new Date(Date.now() + 95_000).toISOString(),
      failed_probes: 3,
    }
    await route.fulfill({
      response,
      json: { ...(await response.json()), upstream },
    })
  })
  await page.goto('/')
  const upstream = card(page, 'Upstream')
  await expect(upstream).toContainText('Down: requests are refused at once')
  await expect(upstream).toContainText(/Since\s+5 min\. ago · failed probes: 3/)
  await expect(upstream).toContainText(/Next probe in 0:01:3\d/)
})

test('a timed job runs when it is told to', async ({ page, app }) => {
  await page.goto('/')
  const schedule = card(page, 'Schedule')
  await schedule.getByRole('button', { name: 'Run now: Remove what is old' }).click()
  await app.said('Remove what is old: it will run within a second.')
})

test('jobs that run show how far they are', async ({ page }) => {
  await page.route('**/api/overview', async (route) => {
    const response = await route.fetch()
    const job = {
      id: 4711,
      kind: 'points_update',
      state: 'running',
      total: 40,
      done: 10,
      failed: 2,
    }
    await route.fulfill({
      response,
      json: {
        ...(await response.json()),
        jobs: { queued: 3, running: 1, items: [job] },
      },
    })
  })
  await page.goto('/')
  const jobs = card(page, 'Jobs')
  await expect(jobs.getByRole('link', { name: 'Update points' })).toHaveAttribute('href', '/jobs/4711')
  await expect(jobs).toContainText('10 of 40')
  await expect(jobs.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '10')
  await expect(jobs).toContainText('3 queued')
})

test('what is wrong is said first, with what to do', async ({ page }) => {
  await page.route('**/api/health', async (route) => {
    const checks = [
      {
        name: 'disk',
        state: 'warning',
        code: 'little_room',
        facts: { free_bytes: 512_000_000 },
        message: '',
        advice: null,
      },
      {
        name: 'scheduler',
        state: 'fault',
        code: 'never_ran',
        facts: {},
        message: '',
        advice: null,
      },
      {
        name: 'moon',
        state: 'warning',
        code: 'full',
        facts: {},
        message: 'the moon is full',
        advice: 'wait',
      },
    ]
    await route.fulfill({
      json: { status: 'fault', checked_at: new Date().toISOString(), checks },
    })
  })
  await page.goto('/')
  const rows = card(page, 'Needs attention').getByRole('listitem')
  await expect(rows).toHaveText([
    /Fault.*The scheduler has not run yet\..*Start dreamina-scheduler/,
    /Warning.*Only 512 MB are free.*BACKUP_KEEP/,
    /Warning.*the moon is full wait/,
  ])
})

test.describe('in Chinese', () => {
  test.use({ locale: 'zh-CN' })

  test('the service’s findings are told in Chinese', async ({ page }) => {
    await page.route('**/api/health', async (route) => {
      const checks = [
        {
          name: 'scheduler',
          state: 'fault',
          code: 'never_ran',
          facts: {},
          message: 'in English',
          advice: null,
        },
      ]
      await route.fulfill({
        json: { status: 'fault', checked_at: new Date().toISOString(), checks },
      })
    })
    await page.goto('/')
    await expect(page.getByRole('heading', { level: 1, name: '概览' })).toBeVisible()
    await expect(card(page, '需要关注')).toContainText('调度程序还没有运行过。')
  })
})

test('an unreachable service leaves the last figures on the page, marked as old', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByText('Live')).toBeVisible()
  await page.route('**/api/overview', (route) => route.abort('connectionrefused'))
  await expect(page.getByText(/No answer from the server/)).toBeVisible()
  await expect(page.getByRole('list', { name: 'The pool now' })).toBeVisible()
})
