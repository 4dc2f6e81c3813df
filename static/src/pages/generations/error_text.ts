import { useI18n } from 'vue-i18n'

import type { Generation } from '@/api/generations'
import { useNames } from '@/composables/names'

/** Why a generation failed, as a sentence; a code that this page does not know yet is shown as it is. */
export function useErrorText() {
  const { t, te } = useI18n()
  const name = useNames()
  return ({ error_code: code }: Pick<Generation, 'error_code'>): string => {
    if (code === null) return ''
    return te(`generations.error.${code}`) ? t(`generations.error.${code}`) : name('outcome', code)
  }
}
