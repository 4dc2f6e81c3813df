import { useI18n } from 'vue-i18n'

import type { Account } from '@/api/types'

import { reasonOf } from '../reasons'

/** Puts why an account is out of the pool into the page's language. */
export function useReasonText() {
  const { t, te } = useI18n()
  return (account: Account): string => {
    const reason = reasonOf(account, (cause) => te(`accounts.reason.${cause}`))
    if (!reason) return ''
    if (!('key' in reason)) return reason.words
    const text = t(`accounts.reason.${reason.key}`)
    return reason.words ? t('accounts.reasonWith', { reason: text, words: reason.words }) : text
  }
}
