import { useFailureText } from './failures'
import { useFieldErrors } from './field_errors'
import { fieldFaultsOf } from './field_faults'

/** What a form shows of a refusal: beside its fields, and below them all. */
export interface Refused<Field extends string> {
  problems: Partial<Record<Field, string>>
  problem: string | null
}

/**
 * Where a form shows a refusal: every fault beside its field, those of no field of the form below them. `place` makes
 * of a fault's path the form's own field, or null for none.
 */
export function useRefusals() {
  const failureText = useFailureText()
  const { fieldText, faultText } = useFieldErrors()

  return <Field extends string>(failure: unknown, place: (path: string) => Field | null): Refused<Field> => {
    const problems: Partial<Record<Field, string>> = {}
    const others: string[] = []
    for (const fault of fieldFaultsOf(failure)) {
      const field = place(fault.path)
      if (field === null) others.push(fieldText(fault))
      // A list may have several; the first one says enough.
      else problems[field] ??= faultText(fault)
    }
    const isMarked = Object.keys(problems).length > 0
    return { problems, problem: others.join(' ') || (isMarked ? null : failureText(failure)) }
  }
}
