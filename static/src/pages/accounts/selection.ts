/** The accounts chosen: these, or all that match the filters but these. */
export interface Selection {
  all: boolean
  ids: ReadonlySet<number>
}

export const nothing: Selection = { all: false, ids: new Set() }
export const everything: Selection = { all: true, ids: new Set() }

export function isSelected(selection: Selection, id: number): boolean {
  return selection.all !== selection.ids.has(id)
}

/** With these accounts chosen, or no longer. */
export function choose(selection: Selection, ids: Iterable<number>, chosen: boolean): Selection {
  const next = new Set(selection.ids)
  for (const id of ids) {
    if (chosen === selection.all) next.delete(id)
    else next.add(id)
  }
  return { all: selection.all, ids: next }
}

export function countOf({ all, ids }: Selection, total: number): number {
  return all ? Math.max(0, total - ids.size) : ids.size
}
