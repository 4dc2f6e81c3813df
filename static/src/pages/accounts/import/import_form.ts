import type { BulkImport } from '@/api/types'

export interface ImportForm {
  credentials: string
  session_ids: string
  region: string
  points: string
}

/** What holds for every line that does not say otherwise. */
export type ForAll = Pick<BulkImport, 'region' | 'points'>

/** What was chosen for all lines, or null when the points are no number; what was left empty is the service's to choose. */
export function forAllOf(form: ImportForm): ForAll | null {
  const chosen: ForAll = {}
  if (form.region !== '') chosen.region = form.region
  if (form.points.trim() !== '') {
    const points = Number(form.points)
    if (!Number.isFinite(points) || points < 0) return null
    chosen.points = points
  }
  return chosen
}
