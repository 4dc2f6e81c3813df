import type { BulkImport } from '@/api/types'

export interface ImportForm {
  credentials: string
  session_ids: string
  region: string
  points: string
}

/** How many accounts the text holds: blank lines and comments are none. */
export function accountLines(text: string): number {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#')).length
}

/** The body to send, or null when the points are no number. */
export function importOf(form: ImportForm): BulkImport | null {
  const lines: BulkImport = { credentials: form.credentials }
  if (form.session_ids.trim() !== '') lines.session_ids = form.session_ids
  if (form.region !== '') lines.region = form.region
  if (form.points.trim() !== '') {
    const points = Number(form.points)
    if (!Number.isFinite(points) || points < 0) return null
    lines.points = points
  }
  return lines
}
