import { destinations } from './navigation'

/** What a key, or a pair of keys, asks for. */
export type Wish = { go: string } | 'search' | 'list'

/** Longer than it takes to type the letter after `g`. */
const patience = 1500

/** Where keys are text, or belong to an open dialog or menu. */
const taken =
  'input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu], [role=listbox]'

interface Key {
  key: string
  at: number
  /** A modifier is held, so that the key is the browser's; or it was typed where keys are text. */
  foreign: boolean
}

/** Reads one key after the other; remembers a `g` for a while. */
export function createReader(): (key: Key) => Wish | null {
  let wentAt = -Infinity
  return ({ key, at, foreign }) => {
    const going = at - wentAt <= patience
    wentAt = -Infinity
    if (foreign) return null
    const destination = going && destinations.find((each) => each.key === key)
    if (destination) return { go: destination.path }
    if (key === 'g') wentAt = at
    if (key === '/') return 'search'
    return key === '?' ? 'list' : null
  }
}

export function keyOf(event: KeyboardEvent): Key {
  const target = event.target instanceof Element ? event.target : null
  return {
    key: event.key,
    at: event.timeStamp,
    foreign: event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !!target?.closest(taken),
  }
}
