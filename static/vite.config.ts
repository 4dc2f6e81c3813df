import { fileURLToPath } from 'node:url'

import tailwindcss from '@tailwindcss/vite'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

import packageJson from './package.json' with { type: 'json' }

// `npm run dev` passes the API through to a running service.
const service = process.env.DREAMINA_URL ?? 'http://localhost:5100'

const bundledForTests = Object.keys(packageJson.dependencies).concat([
  '@testing-library/dom',
  '@testing-library/user-event',
  '@vue/test-utils',
])

export default defineConfig({
  // Tests look at no colours.
  plugins: [vue(), process.env.VITEST ? [] : tailwindcss()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  define: {
    __VUE_OPTIONS_API__: true,
    __VUE_PROD_DEVTOOLS__: false,
    __VUE_I18N_LEGACY_API__: false,
    __VUE_I18N_FULL_INSTALL__: false,
    __INTLIFY_PROD_DEVTOOLS__: false,
  },
  // The page may be served under any path. Its files find each other from where they are; index.html alone names
  // them from the root, and a server below a path puts it in front (nginx/page.conf.in).
  experimental: {
    renderBuiltUrl: (file, { hostType }) => (hostType === 'html' ? `/${file}` : { relative: true }),
  },
  build: {
    target: 'es2022',
    // Inlined assets would be data: URLs, which the Content-Security-Policy allows for images only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: { '/api': service, '/v1': service, '/healthz': service },
  },
  test: {
    testTimeout: 120_000, // beside a compiler, a page takes its time
    pool: 'threads',
    isolate: false, // a thread for each file would take longer than its tests
    projects: [
      {
        extends: true,
        test: {
          name: 'rules',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.dom.test.ts'],
        },
      },
      {
        extends: true,
        test: {
          name: 'dom',
          include: ['src/**/*.dom.test.ts'],
          environment: './src/testing/environment.ts',
          // Bundled once, the libraries need not be gathered again from their thousand files for each test file.
          deps: { optimizer: { web: { enabled: true, include: bundledForTests } } },
        },
      },
    ],
  },
})
