/**
 * Which of the rows made for the screen shows what: what stays in sight keeps its own, what comes takes over one
 * that has become free. Writing into a row that is there costs a fraction of making one.
 */
export function assignSlots<Key>(before: ReadonlyMap<Key, number>, keys: readonly Key[]): Map<Key, number> {
  const staying = new Set(keys)
  const free = [...before].filter(([key]) => !staying.has(key)).map(([, slot]) => slot)
  let next = Math.max(-1, ...before.values()) + 1
  const slots = new Map<Key, number>()
  for (const key of keys) {
    if (before.has(key)) slots.set(key, before.get(key)!)
    else slots.set(key, free.shift() ?? next++)
  }
  return slots
}
