import type { Failure, Schema } from './types'

/** Longer than an answer of `/api` takes, in ms; after it the service counts as out of reach. */
const patience = 15_000
/** For what is done with up to 100,000 accounts in one call: it goes on, and its answer alone says how to undo it. */
const longPatience = 600_000
const longWork = /\/api\/accounts\/(actions|undelete|export)$/

/** What nginx answers, in the API's own form, while no worker does. */
const gatewayFailures = new Set([502, 503, 504])

/** The parts of a refusal besides its text; nginx, where no worker answers, says none of it. */
type Parts = Pick<Partial<Failure>, 'reason' | 'params' | 'fields'>

/** The service answered, and said no. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: Failure['detail'],
    private readonly parts: Parts = {},
  ) {
    super(typeof detail === 'string' ? detail : code)
  }

  /** Which text of the service's catalogue it is. */
  get reason(): Schema<'ServiceMessage'> | null {
    const { reason, params = {} } = this.parts
    return reason === undefined ? null : { code: reason, params }
  }

  /** What is wrong with which field. */
  get fields(): Schema<'FieldFault'>[] {
    return this.parts.fields ?? []
  }

  get parseErrors(): string[] {
    return typeof this.detail === 'object' ? this.detail.parse_errors : []
  }
}

/** No answer of the service came: it is down, the network is, or something before it answered instead. */
export class Unreachable extends Error {}

/** Sends a request. Resolves to a good answer, all of it; throws ApiError or Unreachable (or the signal's own reason). */
export async function exchange(request: Request): Promise<Response> {
  const response = await complete(request)
  if (response.ok) return response
  const json = parse(await response.text())
  if (isFailure(json) && !gatewayFailures.has(response.status))
    throw new ApiError(response.status, json.code, json.detail, json)
  // A proxy's own error page: the service itself did not speak.
  throw new Unreachable(`HTTP ${response.status}`)
}

/** The whole answer. Whatever breaks it off makes the service unreachable, unless the page gave it up. */
async function complete(request: Request): Promise<Response> {
  const timeout = AbortSignal.timeout(longWork.test(request.url) ? longPatience : patience)
  try {
    const response = await fetch(request, { signal: AbortSignal.any([request.signal, timeout]) })
    return new Response(await response.blob(), response)
  } catch (cause) {
    if (request.signal.aborted) throw cause
    throw new Unreachable('no answer', { cause })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isFailure(json: unknown): json is Failure {
  return typeof json === 'object' && json !== null && 'detail' in json && 'code' in json
}
