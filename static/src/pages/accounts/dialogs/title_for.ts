import { useI18n } from 'vue-i18n'

import { useNumbers } from '@/composables/numbers'

import type { Targets } from '../actions'

/** A dialog's title, which names the one account that it is for, or counts them. */
export function useTitleFor() {
  const { t } = useI18n()
  const { number } = useNumbers()
  return (dialog: 'banDialog' | 'regionDialog', { email, count }: Targets): string =>
    email
      ? t(`accounts.${dialog}.title`, { email })
      : t(`accounts.${dialog}.titleMany`, { count: number(count) }, count)
}
