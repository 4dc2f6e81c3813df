import { useI18n } from 'vue-i18n'

import type { ImportFault } from '@/api/types'
import { asSentence } from '@/composables/sentence'
import { useServiceMessages } from '@/composables/service_messages'

/** What is wrong with a line, in the page's language. */
export function useFaultText() {
  const { locale } = useI18n()
  const say = useServiceMessages()
  return ({ code, params }: ImportFault): string => asSentence(say({ code: `import.${code}`, params }), locale.value)
}
