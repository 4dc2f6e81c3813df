import { defineConfig } from '@playwright/test'

// Runs against a service that is up. The browser runner lives among the page's packages; tsconfig.json
// says where these files find it:
//   cd static && DREAMINA_URL=… DREAMINA_PASSWORD=… npx playwright test -c ../tests/browser/playwright.config.ts

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../static/test-results',
  reporter: 'list',
  fullyParallel: true,
  workers: 2,
  timeout: 90_000,
  // On a machine that others use too, a browser may stand still for longer than any test waits: such a test is run again,
  // and is told of as flaky.
  retries: process.env.CI ? 1 : 0,
  // Beyond two refreshes of the table, on a machine that builds at the same time.
  expect: { timeout: 15_000 },
  use: {
    baseURL: process.env.DREAMINA_URL ?? 'http://127.0.0.1:5100',
    locale: 'en-US',
    viewport: { width: 1440, height: 900 },
    trace: 'on-first-retry', // it slows every test down
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
