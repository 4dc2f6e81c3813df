import '@testing-library/jest-dom/vitest'

import { configure } from '@testing-library/dom'

// What jsdom lacks of a browser. It lays nothing out: every box is as large as a window, so that lists that make only
// the rows in sight make some.

const size = { width: 1440, height: 900 }

class Observer {
  observe() {
    return undefined
  }
  unobserve() {
    return undefined
  }
  disconnect() {
    return undefined
  }
}

// Not as stubs of Vitest's: a test that takes its own back would take these with them, from the files after it too.
Object.assign(globalThis, {
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  // Tests that run in one process are no tabs of each other.
  BroadcastChannel: undefined,
  matchMedia: (media: string) => ({
    media,
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }),
  // Node's Request takes neither an address without an origin nor a signal of jsdom's.
  Request: class extends Request {
    override readonly signal: AbortSignal

    constructor(address: string, { signal, ...rest }: RequestInit) {
      super(new URL(address, location.href), rest)
      this.signal = signal ?? new AbortController().signal
    }
  },
})

Object.defineProperties(HTMLElement.prototype, {
  offsetWidth: { configurable: true, get: () => size.width },
  offsetHeight: {
    configurable: true,
    get(this: HTMLElement) {
      return this.role === 'row' || this.tagName === 'TR' ? 30 : size.height
    },
  },
  clientHeight: { configurable: true, get: () => size.height },
})
// It runs no script that a page fetches, and never says that there is one.
Object.defineProperty(HTMLScriptElement.prototype, 'src', {
  configurable: true,
  set(this: HTMLScriptElement) {
    queueMicrotask(() => this.dispatchEvent(new Event('load')))
  },
})
Element.prototype.scrollTo = function (this: Element, to?: ScrollToOptions | number, top?: number) {
  this.scrollTop = (typeof to === 'object' ? to.top : top) ?? this.scrollTop
  this.dispatchEvent(new Event('scroll'))
}
Element.prototype.scrollIntoView = () => undefined
Element.prototype.hasPointerCapture = () => false
Element.prototype.setPointerCapture = () => undefined
Element.prototype.releasePointerCapture = () => undefined
// What is drawn on it is for a browser to show.
HTMLCanvasElement.prototype.getContext = function (this: HTMLCanvasElement) {
  const context = { canvas: this } as Record<string | symbol, unknown>
  return new Proxy(context, { get: (known, name) => known[name] ?? (() => ({ width: 0 })) })
} as never

/** What was handed to the browser to be saved, under its name. */
export const savedFiles: { name: string; content: Blob }[] = []
let offered = new Blob()
URL.createObjectURL = (content: Blob) => {
  offered = content
  return 'blob:'
}
URL.revokeObjectURL = () => undefined
HTMLAnchorElement.prototype.click = function (this: HTMLAnchorElement) {
  savedFiles.push({ name: this.download, content: offered })
}

configure({
  // Beside a compiler, a page takes its time.
  asyncUtilTimeout: 20_000,
  // Whether something is hidden is asked where it matters: it takes all styles of all its parents.
  defaultHidden: true,
  getElementError: (message) => new Error(message ?? 'not found'),
})
