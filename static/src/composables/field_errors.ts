import { useI18n } from 'vue-i18n'

import type { FieldFault } from './field_faults'
import { asSentence } from './sentence'
import { useServiceMessages } from './service_messages'

/** Faults of fields in the page's language. */
export function useFieldErrors() {
  const { t, te, locale } = useI18n()
  const say = useServiceMessages()

  return {
    /** To stand anywhere: “Calls per day: must be …” */
    fieldText({ path, message }: FieldFault): string {
      const name = path.split(/[[.]/)[0]!
      const field = te(`field.${name}`) ? t(`field.${name}`) : name
      return asSentence(t('error.field', { field, fault: say(message) }), locale.value)
    },
    /** To stand beside the field. */
    faultText: ({ message }: FieldFault): string => asSentence(say(message), locale.value),
  }
}
