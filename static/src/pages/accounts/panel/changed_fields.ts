/** One field of a row of the audit trail. */
export interface ChangedField {
  field: string
  /** Absent where there was nothing before. */
  from?: unknown
  to?: unknown
}

type Fields = Record<string, unknown> | null

export function changedFields(before: Fields, after: Fields): ChangedField[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...names].map((field) => ({
    field,
    ...(before && field in before ? { from: before[field] } : {}),
    ...(after && field in after ? { to: after[field] } : {}),
  }))
}
