import { useI18n } from 'vue-i18n'

import { ApiError, Unreachable } from '@/api/request'

/** Puts a failed call into words that say what to do. */
export function useFailureText() {
  const { t } = useI18n()
  return (failure: unknown): string => {
    if (failure instanceof Unreachable) return t('error.unreachable')
    if (!(failure instanceof ApiError)) return t('error.title')
    if (failure.status === 404) return t('error.notFound')
    if (failure.status === 429) return t('error.tooMany')
    if (failure.status >= 500) return t('error.server')
    return t('error.refused', { detail: failure.message })
  }
}
