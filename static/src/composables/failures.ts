import { useI18n } from 'vue-i18n'

import { ApiError, Unreachable } from '@/api/request'

import { useFieldErrors } from './field_errors'
import { fieldFaultOf } from './field_faults'

/** Puts a failed call into words that say what to do. */
export function useFailureText() {
  const { t, te } = useI18n()
  const { fieldText } = useFieldErrors()
  return (failure: unknown): string => {
    if (failure instanceof Unreachable) return t('error.unreachable')
    if (!(failure instanceof ApiError)) return t('error.title')
    if (te(`error.code.${failure.code}`)) return t(`error.code.${failure.code}`)
    const fault = fieldFaultOf(failure)
    if (fault) return fieldText(fault)
    if (failure.status === 404) return t('error.notFound')
    if (failure.status === 429) return t('error.tooMany')
    if (failure.status >= 500) return t('error.server')
    return t('error.refused', { detail: failure.message })
  }
}
