import { useI18n } from 'vue-i18n'

/** Numbers as the page's language writes them. */
export function useNumbers() {
  const { locale } = useI18n()
  return {
    number: (value: number) => new Intl.NumberFormat(locale.value, { maximumFractionDigits: 1 }).format(value),
    percent: (share: number) =>
      new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    /** Milliseconds, in seconds from one on. */
    duration: (ms: number) =>
      new Intl.NumberFormat(locale.value, {
        style: 'unit',
        unit: ms < 1000 ? 'millisecond' : 'second',
        maximumFractionDigits: ms < 1000 ? 0 : 1,
      }).format(ms < 1000 ? ms : ms / 1000),
  }
}
