import { relativeFormat, timeFormat } from './formats'

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** “5 min. ago” in the given language; null when it is less than a minute away. */
export function relativeTime(at: Date, now: Date, locale: string): string | null {
  const distance = at.getTime() - now.getTime()
  for (const [unit, length] of steps) {
    if (Math.abs(distance) >= length) {
      return relativeFormat(locale, { style: 'short' }).format(Math.trunc(distance / length), unit)
    }
  }
  return null
}

/** “in 5 min.”; null when it is due, or less than a minute away. */
export function upcomingTime(at: Date, now: Date, locale: string): string | null {
  return at > now ? relativeTime(at, now, locale) : null
}

/** The full local date and time. */
export function absoluteTime(at: Date, locale: string): string {
  return timeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' }).format(at)
}

/** The local time of day. */
export function timeOfDay(at: Date, locale: string): string {
  return timeFormat(locale, { timeStyle: 'medium' }).format(at)
}

/** The time of day; with the day if that was another one. */
export function momentText(at: Date, locale: string, now = new Date()): string {
  if (at.toDateString() === now.toDateString()) return timeOfDay(at, locale)
  return timeFormat(locale, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }).format(at)
}

export interface Countdown {
  days: number
  /** h:mm:ss */
  clock: string
}

/** What is left until a moment; null once it is reached. A started second counts, so that 0:00:00 never shows. */
export function countdown(until: Date, now: Date): Countdown | null {
  const seconds = Math.ceil((until.getTime() - now.getTime()) / 1000)
  if (seconds <= 0) return null
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600) % 24
  return {
    days: Math.floor(seconds / 86_400),
    clock: `${hours}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`,
  }
}
