import { useI18n } from 'vue-i18n'

import { numberFormat } from './formats'

/** “850 ms”, “12.5 sec”, “2 min 5 sec”, “3 hr 20 min”. */
export function durationText(ms: number, locale: string): string {
  const unit = (value: number, name: 'millisecond' | 'second' | 'minute' | 'hour', digits = 0) =>
    numberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: digits }).format(value)
  if (ms < 1000) return unit(Math.round(ms), 'millisecond')
  if (ms < 59_950) return unit(ms / 1000, 'second', 1)
  const seconds = Math.round(ms / 1000)
  if (seconds < 3600) return `${unit(Math.floor(seconds / 60), 'minute')} ${unit(seconds % 60, 'second')}`
  return `${unit(Math.floor(seconds / 3600), 'hour')} ${unit(Math.floor(seconds / 60) % 60, 'minute')}`
}

const byteUnits = ['byte', 'kilobyte', 'megabyte', 'gigabyte']

/** “512 bytes”, “1.5 kB”, “20 MB”. */
export function bytesText(bytes: number, locale: string): string {
  const power = bytes < 1 ? 0 : Math.min(byteUnits.length - 1, Math.floor(Math.log10(bytes) / 3))
  return numberFormat(locale, {
    style: 'unit',
    unit: byteUnits[power]!,
    unitDisplay: power === 0 ? 'long' : 'short', // whose “byte” has no plural
    maximumFractionDigits: 1,
  }).format(bytes / 1000 ** power)
}

/** Numbers as the page's language writes them. */
export function useNumbers() {
  const { locale } = useI18n()
  return {
    number: (value: number) => numberFormat(locale.value, { maximumFractionDigits: 1 }).format(value),
    percent: (share: number) =>
      numberFormat(locale.value, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    bytes: (count: number) => bytesText(count, locale.value),
    /** Milliseconds, in seconds from one on, in minutes and hours from one on. */
    duration: (ms: number) => durationText(ms, locale.value),
  }
}
