import { useI18n } from 'vue-i18n'

import { fieldFaultOf, type FieldFault } from './field_faults'

/** Faults of fields in the page's language; where it has no words for one, in those of the service. */
export function useFieldErrors() {
  const { t, te } = useI18n()

  /** To stand beside the field: “This must not be empty.” */
  const faultText = ({ kind, values, detail }: FieldFault): string =>
    kind !== null ? t(`fault.${kind}`, values) : t('fault.other', { detail })

  /** To stand anywhere: “Calls per day: …” */
  const fieldText = (fault: FieldFault): string => {
    const name = fault.path.split(/[[.]/)[0]!
    return t('error.field', { field: te(`field.${name}`) ? t(`field.${name}`) : name, fault: faultText(fault) })
  }

  return {
    fieldText,
    /**
     * Where a form shows a refusal: `place` makes of the fault's path the form's own field, or null for none.
     * Null where it speaks of no field of the form.
     */
    beside<Field>(failure: unknown, place: (path: string) => Field | null): { field: Field; text: string } | null {
      const fault = fieldFaultOf(failure)
      const field = fault && place(fault.path)
      return fault && field !== null ? { field, text: faultText(fault) } : null
    },
  }
}
