import { useI18n } from 'vue-i18n'

import { ApiError, Unreachable } from '@/api/request'

import { useFieldErrors } from './field_errors'
import { fieldFaultsOf } from './field_faults'
import { asSentence } from './sentence'
import { useServiceMessages } from './service_messages'

/** Puts a failed call into words that say what to do. */
export function useFailureText() {
  const { t, te, locale } = useI18n()
  const say = useServiceMessages()
  const { fieldText } = useFieldErrors()
  return (failure: unknown): string => {
    if (failure instanceof Unreachable) return t('error.unreachable')
    if (!(failure instanceof ApiError)) return t('error.title')
    if (te(`error.code.${failure.code}`)) return t(`error.code.${failure.code}`)
    const faults = fieldFaultsOf(failure)
    if (faults.length > 0) return faults.map(fieldText).join(' ')
    if (failure.reason) return asSentence(say(failure.reason), locale.value)
    return failure.status >= 500 ? t('error.server') : t('error.refused', { detail: failure.message })
  }
}
