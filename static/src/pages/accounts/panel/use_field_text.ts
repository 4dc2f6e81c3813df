import { useI18n } from 'vue-i18n'

import { useNames } from '@/composables/names'
import { useNumbers } from '@/composables/numbers'
import { absoluteTime } from '@/composables/time'

/** A value of the audit trail as the page's language writes it. */
export function useFieldText() {
  const { t, locale } = useI18n()
  const name = useNames()
  const { number } = useNumbers()
  return (field: string, value: unknown): string => {
    if (value === null || value === undefined) return t('accountPanel.changes.nothing')
    if (typeof value === 'boolean') return t(`accountPanel.changes.${value ? 'yes' : 'no'}`)
    if (typeof value === 'number') return number(value)
    if (typeof value !== 'string') return JSON.stringify(value)
    if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return absoluteTime(new Date(value), locale.value)
    if (field === 'region') return value.toUpperCase()
    return value === 'set' || value === 'changed' ? name('accountPanel.mark', value) : value
  }
}
