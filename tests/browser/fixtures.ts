import { expect, test as base, type BrowserContext, type Locator, type Page } from '@playwright/test'

import { password, Service } from './service'

type Cookies = Awaited<ReturnType<BrowserContext['storageState']>>

/** Without any cookie: not logged in. */
export const nobody: Cookies = { cookies: [], origins: [] }

interface Options {
  /**
   * Who opens the pages: one login that all tests of a worker share, one of the test's own (for tests that end it), or
   * nobody yet.
   */
  login: 'shared' | 'own' | 'none'
}

interface Fixtures {
  service: Service
  app: App
}

interface WorkerFixtures {
  logIn: () => Promise<Cookies>
  sharedLogin: Cookies
  /** For tests with the shared login and the usual window: the page's files are fetched and compiled once for all. */
  sharedContext: BrowserContext
}

/** What a logged-in page shows, in words that tests of several pages use. */
export class App {
  constructor(readonly page: Page) {}

  row(email: string): Locator {
    return this.page.getByRole('row').filter({ hasText: email })
  }

  /** Chooses an entry of a row's menu. */
  async act(email: string, action: string): Promise<void> {
    await this.row(email)
      .getByRole('button', { name: `Actions for ${email}` })
      .click()
    await this.page.getByRole('menuitem', { name: action }).click()
  }

  async said(text: string | RegExp): Promise<void> {
    await expect(this.page.getByRole('region', { name: 'Notifications' }).getByText(text)).toBeVisible()
  }
}

export const test = base.extend<Fixtures & Options, WorkerFixtures>({
  login: ['shared', { option: true }],

  logIn: [
    async ({ playwright, browser }, use, { project }) => {
      // The session names the browser that its pages are opened in, not the test runner that logs in for them.
      const blank = await browser.newPage()
      const userAgent = await blank.evaluate(() => navigator.userAgent)
      await blank.close()
      await use(async () => {
        const { baseURL } = project.use
        const http = await playwright.request.newContext({ baseURL, storageState: nobody, userAgent })
        const answer = await http.post('/api/login', {
          headers: { 'X-Requested-With': 'dreamina' },
          data: { password },
        })
        expect(answer.ok(), await answer.text()).toBe(true)
        const cookies = await http.storageState()
        await http.dispose()
        return cookies
      })
    },
    { scope: 'worker' },
  ],

  sharedLogin: [async ({ logIn }, use) => use(await logIn()), { scope: 'worker' }],

  storageState: async ({ login, logIn, sharedLogin }, use) => {
    if (login === 'none') await use(nobody)
    else await use(login === 'own' ? await logIn() : sharedLogin)
  },

  sharedContext: [
    async ({ browser, sharedLogin }, use, { project }) => {
      const { baseURL, locale, viewport } = project.use
      const context = await browser.newContext({ baseURL, locale, viewport, storageState: sharedLogin })
      await use(context)
      await context.close()
    },
    { scope: 'worker' },
  ],

  context: async (
    { browser, sharedContext, login, storageState, baseURL, locale, viewport, hasTouch },
    use,
    { project },
  ) => {
    if (login === 'shared' && locale === project.use.locale && viewport === project.use.viewport) {
      await use(sharedContext)
      for (const page of sharedContext.pages()) {
        // What the page remembers in a browser: language, theme, columns.
        await page.evaluate(() => localStorage.clear())
        await page.close()
      }
      return
    }
    const context = await browser.newContext({ storageState, baseURL, locale, viewport, hasTouch })
    await use(context)
    await context.close()
  },

  // Whatever a test does, the page throws nothing and does nothing that its Content-Security-Policy forbids.
  page: async ({ page }, use) => {
    const faults: string[] = []
    page.on('pageerror', (fault) => faults.push(fault.message))
    page.on('console', (line) => {
      if (/Content Security Policy|\[Vue warn]|\[intlify]/.test(line.text())) faults.push(line.text())
    })
    await use(page)
    expect(faults).toEqual([])
  },

  service: async ({ playwright, baseURL }, use) => {
    const http = await playwright.request.newContext({ baseURL, storageState: nobody })
    const service = new Service(http)
    await use(service)
    await service.clear()
    await http.dispose()
  },

  app: async ({ page }, use) => use(new App(page)),
})

export { expect, password }
