import { ApiError } from '@/api/request'

import type { ServiceMessage } from './service_messages'

/** What the service finds wrong with one field. */
export interface FieldFault {
  /** Where it is: `name`, or `names[2].name` in a list. */
  path: string
  /** Without the field's name: “must not be empty”. */
  message: ServiceMessage
}

/** The fields that a refusal speaks of, each as often as something is wrong with it. */
export function fieldFaultsOf(failure: unknown): FieldFault[] {
  const fields = failure instanceof ApiError ? failure.fields : []
  return fields.map(({ field, code, params }) => ({ path: field, message: { code, params } }))
}
