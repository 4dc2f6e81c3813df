import { ApiError } from '@/api/request'

import type { ServiceMessage } from './service_messages'

/** What the service finds wrong with one field. */
export interface FieldFault {
  /** Where it is: `name`, or `names[2].name` in a list. */
  path: string
  /** Without the field's name: “must not be empty”. */
  message: ServiceMessage
}

/** The first field that a refusal speaks of; null if it speaks of none. */
export function fieldFaultOf(failure: unknown): FieldFault | null {
  const first = failure instanceof ApiError ? failure.fields[0] : undefined
  return first ? { path: first.field, message: { code: first.code, params: first.params } } : null
}
