import '@/testing/jsdom'

import { waitFor } from '@testing-library/dom'
import { afterEach, expect, test, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'

import { useToasts } from './composables/toasts'
import { loadAnewWhenOutdated } from './outdated'

const { toasts } = useToasts()
const component = { template: '' }
const router = createRouter({
  history: createMemoryHistory(),
  routes: [
    { path: '/', component },
    { path: '/models', component },
  ],
})
loadAnewWhenOutdated(router)

afterEach(() => {
  toasts.value = []
  vi.unstubAllGlobals()
})

async function miss(served: () => Promise<Response>) {
  const assign = vi.fn()
  vi.stubGlobal('fetch', served)
  vi.stubGlobal('location', { assign })
  await router.push('/models')
  dispatchEvent(new Event('vite:preloadError'))
  return assign
}

test('a page whose files are missing while the service is away stays, and says so', async () => {
  const assign = await miss(() => Promise.reject(new TypeError('Failed to fetch')))
  await waitFor(() => expect(toasts.value.map(({ text }) => text)).toEqual([expect.stringMatching(/not responding/)]))
  expect(assign).not.toHaveBeenCalled()
})

test('a page whose files are gone reloads where it was to go, and only once', async () => {
  const assign = await miss(async () => new Response('<!doctype html>'))
  await waitFor(() => expect(assign).toHaveBeenCalledWith('/models'))
  dispatchEvent(new Event('vite:preloadError'))
  await Promise.resolve()
  expect(assign).toHaveBeenCalledTimes(1)
})
