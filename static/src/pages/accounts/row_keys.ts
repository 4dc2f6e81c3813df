/** Where a key leads from a row; null: it leads nowhere. */
export function rowAfter(key: string, row: number, count: number, rowsInSight: number): number | null {
  const steps: Record<string, number> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: Math.max(1, rowsInSight - 1),
    PageUp: -Math.max(1, rowsInSight - 1),
    Home: -count,
    End: count,
  }
  const step = steps[key]
  return step === undefined ? null : Math.max(0, Math.min(count - 1, row + step))
}
