import { savedFiles } from './jsdom'

import { VueQueryPlugin } from '@tanstack/vue-query'
import { fireEvent, screen, waitFor, within } from '@testing-library/dom'
import userEvent, { type UserEvent } from '@testing-library/user-event'
import { mount, type VueWrapper } from '@vue/test-utils'
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import type { Router } from 'vue-router'

import App from '@/App.vue'
import { base } from '@/base'
import { sessionEnded } from '@/composables/session_end'
import { useToasts } from '@/composables/toasts'
import { i18n, setLocale } from '@/i18n'
import { createQueries } from '@/queries'
import { createPageRouter } from '@/router'

import { health, me, overview, stats } from './answers'
import { FakeService } from './fake_service'

/** An address as a link has it, wherever the page is served. */
export const at = (path: string) => base + path.slice(1)

/** The whole page, opened at an address, on a service that answers what a test says. */
export class Page {
  readonly service = new FakeService()
  readonly user: UserEvent = userEvent.setup({ delay: null, pointerEventsCheck: 0 })

  private mounted: VueWrapper | undefined
  private router: Router | undefined

  constructor() {
    this.service
      .on('GET', '/api/me', () => me())
      .on('GET', '/api/overview', () => overview())
      .on('GET', '/api/health', () => health())
      .on('POST', '/api/login', () => {
        this.service.isLoggedOut = false
        return { message: 'logged in' }
      })

      .on('GET', '/api/stats', ({ query }) => stats(query.by === 'hour' ? 'hour' : 'minute'))
  }

  /** Where the page is, as the address line shows it. */
  get address(): string {
    return this.router?.currentRoute.value.fullPath ?? ''
  }

  async open(address: string): Promise<void> {
    history.pushState(null, '', at(address))
    await this.reload()
  }

  async reload(): Promise<void> {
    this.close()
    this.router = createPageRouter()
    this.mounted = mount(App, {
      attachTo: document.body,
      global: { plugins: [i18n, this.router, [VueQueryPlugin, { queryClient: createQueries(this.router) }]] },
    })
    await this.router.isReady()
    await waitFor(() => expect(document.querySelector('main')).not.toBeNull())
    await waitFor(() => expect(document.querySelector('[data-loading]')).toBeNull())
  }

  /** Through the navigation. */
  async goTo(page: string): Promise<void> {
    const navigation = screen.getByRole('navigation', { name: 'Main' })
    await this.user.click(within(navigation).getByRole('link', { name: page }))
  }

  back(): void {
    history.back()
  }

  forward(): void {
    history.forward()
  }

  /** The tab is shown again after a minute: what it shows is asked for again. */
  comeBack(): void {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_000 })
    window.dispatchEvent(new Event('visibilitychange'))
  }

  close(): void {
    this.mounted?.unmount()
    this.router?.options.history.destroy()
    this.mounted = undefined
    document.body.replaceChildren()
  }

  async isAt(address: string | RegExp): Promise<void> {
    await waitFor(() =>
      typeof address === 'string' ? expect(this.address).toBe(address) : expect(this.address).toMatch(address),
    )
  }

  /** Something that is shown, or will be in a moment. */
  find(text: string | RegExp): Promise<HTMLElement> {
    return screen.findByText(text)
  }

  /** The row of a table in which a text stands. */
  row(text: string, inside: HTMLElement = document.body): HTMLElement {
    return this.rows(text, inside)[0] ?? fail(`no row has the text “${text}”`)
  }

  rows(text = '', inside: HTMLElement = document.body): HTMLElement[] {
    return within(inside)
      .queryAllByRole('row')
      .filter((row) => row.textContent.includes(text))
  }

  /** Waits until a row shows something beside what tells it from others. */
  async rowShows(which: string, text: string | RegExp): Promise<void> {
    await waitFor(() => expect(this.row(which)).toHaveTextContent(text))
  }

  async rowIsGone(which: string): Promise<void> {
    await waitFor(() => expect(this.rows(which)).toEqual([]))
  }

  /** Chooses an entry of a row's menu. */
  async act(email: string, entry: string): Promise<void> {
    await this.pick(await waitFor(() => this.button(`Actions for ${email}`)), entry)
  }

  button(name: string | RegExp, inside: HTMLElement = document.body): HTMLElement {
    return within(inside).getByRole('button', { name })
  }

  /** A field by its label; that it is optional does not belong to its name. */
  field(label: string | RegExp, inside: HTMLElement = document.body): HTMLInputElement {
    const fits = (text: string) => text.replace(/\s*optional$/, '') === label
    return within(inside).getByLabelText(typeof label === 'string' ? fits : label)
  }

  /** Presses a button that is there, or will be in a moment. */
  async press(name: string | RegExp, inside?: HTMLElement): Promise<void> {
    await this.user.click(await waitFor(() => this.button(name, inside)))
  }

  /** Puts a text into a field, in place of what stands there. */
  async fill(label: string | RegExp, text: string, inside?: HTMLElement): Promise<void> {
    const field = await waitFor(() => this.field(label, inside))
    field.focus()
    fireEvent.input(field, { target: { value: text } })
    fireEvent.change(field)
    await nextTick()
  }

  async choose(label: string | RegExp, option: string, inside?: HTMLElement): Promise<void> {
    await this.user.selectOptions(await waitFor(() => this.field(label, inside)), option)
  }

  /** The files that the browser was given to save, by name and content. */
  async saved(count: number): Promise<[name: string, text: string][]> {
    await waitFor(() => expect(savedFiles).toHaveLength(count))
    return Promise.all(savedFiles.map(async ({ name, content }) => [name, await textOf(content)]))
  }

  /** What lies below a dialog cannot be reached before it has gone, and has the focus again a moment later. */
  async closed(dialog: HTMLElement): Promise<void> {
    await waitFor(() => expect(dialog).not.toBeInTheDocument())
    await nextTurn()
  }

  /** A dialog that has opened, and has the focus. */
  async dialog(name: string | RegExp, role: 'dialog' | 'alertdialog' = 'dialog'): Promise<HTMLElement> {
    const dialog = await screen.findByRole(role, { name })
    await waitFor(() => expect(dialog.contains(document.activeElement)).toBe(true))
    return dialog
  }

  /** Opens a menu and chooses an entry of it. */
  async pick(menu: HTMLElement, entry: string | RegExp): Promise<void> {
    await this.user.click(menu)
    const chosen = await this.entry(entry)
    const list = chosen.closest<HTMLElement>('[role=menu]')
    await this.user.click(chosen)
    await nextTurn()
    // Some menus stay open for the next choice.
    if (list && list.dataset.state !== 'open') await this.closed(list)
  }

  /** An entry of the menu that is open. */
  entry(name: string | RegExp): Promise<HTMLElement> {
    const named = (element: Element) =>
      typeof name === 'string' ? element.textContent.trim() === name : name.test(element.textContent)
    return waitFor(() => {
      const entries = [...document.querySelectorAll<HTMLElement>('[role^=menuitem]')]
      return entries.find(named) ?? fail(`no menu has the entry “${name}”`)
    })
  }

  async said(text: string | RegExp): Promise<void> {
    await within(await screen.findByRole('region', { name: 'Notifications' })).findByText(text)
  }
}

/** With its mark of the byte order, if it has one. */
async function textOf(content: Blob): Promise<string> {
  const bytes =
    // jsdom's own have no method for it, and those of an answer are not jsdom's.
    'arrayBuffer' in content
      ? await content.arrayBuffer()
      : await new Promise<ArrayBuffer>((resolve) => {
          const reader = new FileReader()
          reader.onload = () => resolve(reader.result as ArrayBuffer)
          reader.readAsArrayBuffer(content)
        })
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

const nextTurn = () => new Promise((resolve) => setTimeout(resolve))

function fail(message: string): never {
  throw new Error(message)
}

/** One page per test, opened by it; after it, nothing is left that the next one could see. */
export function usePage(): { readonly page: Page; readonly service: FakeService } {
  let page: Page
  const complaints: string[] = []

  beforeEach(() => {
    page = new Page()
    for (const level of ['warn', 'error'] as const)
      vi.spyOn(console, level).mockImplementation((...said: unknown[]) => {
        complaints.push(
          said.map((each) => (typeof each === 'string' ? each : each instanceof Error ? each.message : '…')).join(' '),
        )
      })
  })

  afterEach(() => {
    page.close()
    vi.useRealTimers()
    vi.restoreAllMocks()
    useToasts().toasts.value = []
    sessionEnded.value = false
    setLocale('en')
    localStorage.clear()
    sessionStorage.clear()
    savedFiles.length = 0
    // What is remembered in a variable as well hears of it as of a change in another tab.
    for (const storageArea of [localStorage, sessionStorage])
      window.dispatchEvent(new StorageEvent('storage', { storageArea }))
    const faults = [...page.service.faults, ...complaints.splice(0)]
    expect(faults).toEqual([])
  })

  return {
    get page() {
      return page
    },
    get service() {
      return page.service
    },
  }
}
