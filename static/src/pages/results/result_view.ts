import type { ResultTotals, StoredResult } from '@/api/results'
import { timeFormat } from '@/composables/formats'

/** What was made on one day, in this device's time. */
export interface Day {
  /** Its first moment. */
  start: Date
  results: StoredResult[]
}

function dayOf(at: string): Date {
  const day = new Date(at)
  day.setHours(0, 0, 0, 0)
  return day
}

/** Results, which come newest first, by the day they were made on. */
export function byDay(results: StoredResult[]): Day[] {
  const days: Day[] = []
  for (const result of results) {
    const start = dayOf(result.created_at)
    const day = days.at(-1)
    if (day?.start.getTime() === start.getTime()) day.results.push(result)
    else days.push({ start, results: [result] })
  }
  return days
}

/** Newest answers first, and within an answer as it had them: their ids tell the time alone. */
export function inAnswerOrder(results: StoredResult[]): StoredResult[] {
  const answers: StoredResult[][] = []
  for (const result of results) {
    const last = answers.at(-1)
    if (last?.[0]?.request_id === result.request_id) last.push(result)
    else answers.push([result])
  }
  return answers.flatMap((answer) => answer.sort((a, b) => a.position - b.position))
}

/** Whether a day is today or yesterday, which have words of their own; null: another one. */
export function nearDay(start: Date, now: Date): 'today' | 'yesterday' | null {
  const today = new Date(now)
  today.setHours(0, 0, 0, 0)
  const yesterday = new Date(today)
  yesterday.setDate(yesterday.getDate() - 1)
  if (start.getTime() === today.getTime()) return 'today'
  return start.getTime() === yesterday.getTime() ? 'yesterday' : null
}

export const dayText = (start: Date, locale: string) => timeFormat(locale, { dateStyle: 'full' }).format(start)

/** “PNG” of image/png, “MP4” of video/mp4. */
export function formatOf({ mime }: Pick<StoredResult, 'mime'>): string {
  return (mime?.split('/')[1]?.split(/[+;]/)[0] ?? '').toUpperCase()
}

/** There is a file to look at. */
export const isThere = ({ state }: Pick<StoredResult, 'state'>) => state === 'stored'

/** Why nothing more is stored: its own limit, or the disk's room; null: storing goes on. */
export function warningOf({ is_storing, bytes, max_bytes }: ResultTotals): 'full' | 'stopped' | null {
  if (is_storing) return null
  return bytes >= max_bytes ? 'full' : 'stopped'
}

/** The one that stands before or behind another one in the list; null: none does. */
export function beside(results: StoredResult[], id: string, step: 1 | -1): StoredResult | null {
  const at = results.findIndex((each) => each.id === id)
  return at < 0 ? null : (results[at + step] ?? null)
}
