import { useI18n } from 'vue-i18n'

import { fieldFaultOf, type FieldFault } from './field_faults'
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
    /**
     * Where a form shows a refusal: `place` makes of the fault's path the form's own field, or null for none.
     * Null where it speaks of no field of the form.
     */
    beside<Field>(failure: unknown, place: (path: string) => Field | null): { field: Field; text: string } | null {
      const fault = fieldFaultOf(failure)
      const field = fault && place(fault.path)
      return fault && field !== null ? { field, text: asSentence(say(fault.message), locale.value) } : null
    },
  }
}
