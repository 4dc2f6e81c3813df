import { vi } from 'vitest'

import type {
  FilterKeys,
  OperationRequestBodyContent,
  PathsWithMethod,
  ResponseObjectMap,
  SuccessResponse,
} from 'openapi-typescript-helpers'

import type { paths } from '@/api/schema'
import type { Schema } from '@/api/types'
import { base } from '@/base'

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
type PathWith<M extends Method> = PathsWithMethod<paths, Lowercase<M>>
type Operation<Path extends keyof paths, M extends Method> = FilterKeys<paths[Path], Lowercase<M>>
type Parameters<Op, In extends string> = Op extends { parameters: Partial<Record<In, infer Given>> }
  ? NonNullable<Given>
  : never
type Body<Op> = NonNullable<OperationRequestBodyContent<Op>>
type Answer<Op> = SuccessResponse<ResponseObjectMap<Op> & object, 'application/json'>

/** What a route is called with; the query as it stands in the address. */
export interface Call<Op> {
  path: Parameters<Op, 'path'>
  query: Partial<Record<keyof Parameters<Op, 'query'>, string>>
  body: Body<Op>
}

// Each is told from the answers of a route by its kind.

/** What the service answers in place of what it was asked for. */
export class Refusal {
  readonly kind = 'refusal'

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string | { parse_errors: string[] },
    readonly said: { params?: Schema<'MessageParams'>; fields?: Schema<'FieldFault'>[] } = {},
  ) {}
}

/** What the service says of a field that does not fit. */
export const misfit = (field: string, code: string, params: Schema<'MessageParams'> = {}) =>
  new Refusal(422, 'invalid_field', 'in English', { fields: [faultOf(field, code, params)] })

export const faultOf = (field: string, code: string, params: Schema<'MessageParams'> = {}) => ({
  field,
  code: `field.${code}`,
  params,
  detail: 'in English',
})

/** The service is not there, or its answer gets lost. */
export class NoAnswer {
  readonly kind = 'none'
}

/** What the browser would save as a file. */
export class FileAnswer {
  readonly kind = 'file'

  constructor(
    readonly name: string,
    readonly content: string,
  ) {}
}

type Reply<Op> = Answer<Op> | Refusal | NoAnswer | FileAnswer
type Handler<Op> = (call: Call<Op>) => Reply<Op> | Promise<Reply<Op>>

interface Route {
  method: Method
  path: string
  pattern: RegExp
  reply: (call: Call<unknown>) => unknown
}

interface Received extends Call<unknown> {
  method: Method
  route: string
}

/**
 * The API as a component's test needs it: answers that have the types of its description, so that they change with it,
 * and a record of what was asked. A call that no test has an answer for is a fault of that test.
 */
export class FakeService {
  readonly received: Received[] = []
  readonly faults: string[] = []
  /** As if the program, or nginx before it, were gone. */
  isDown = false
  /** As if the session had ended. */
  isLoggedOut = false

  private routes: Route[] = []

  constructor() {
    vi.stubGlobal('fetch', (request: Request, { signal }: RequestInit) => this.fetch(request, signal))
  }

  /** From now on this route answers so; what it answered before is forgotten. */
  on<M extends Method, Path extends PathWith<M>>(
    method: M,
    path: Path,
    reply: Handler<Operation<Path, M>> | Exclude<Reply<Operation<Path, M>>, (...given: never[]) => unknown>,
  ): this {
    this.routes = this.routes.filter((route) => route.method !== method || route.path !== path)
    const pattern = new RegExp(`^${path.replace(/[.]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`)
    this.routes.push({
      method,
      path,
      pattern,
      reply: typeof reply === 'function' ? (reply as Route['reply']) : () => reply,
    })
    // “/api/accounts/actions” is no account.
    this.routes.sort((one, other) => one.path.split('{').length - other.path.split('{').length)
    return this
  }

  /** The bodies that a route was called with so far. */
  sent<M extends Method, Path extends PathWith<M>>(method: M, path: Path): Body<Operation<Path, M>>[] {
    return this.callsOf(method, path).map(({ body }) => body)
  }

  callsOf<M extends Method, Path extends PathWith<M>>(method: M, path: Path): Call<Operation<Path, M>>[] {
    return this.received.filter((call) => call.method === method && call.route === path)
  }

  private async fetch(request: Request, signal?: AbortSignal | null): Promise<Response> {
    const url = new URL(request.url)
    const method = request.method as Method
    const sent = await request.text()
    const path = `/${url.pathname.slice(base.length)}`
    const route = this.routes.find((each) => each.method === method && each.pattern.test(path))
    if (!route) {
      this.faults.push(`no answer stands ready for ${method} ${path}`)
      return json(500, { code: 'not_ready', detail: 'This test has no answer to that.' })
    }
    const call = {
      path: mapped(route.pattern.exec(path)?.groups ?? {}, decodeURIComponent),
      query: Object.fromEntries(url.searchParams),
      body: sent ? (JSON.parse(sent) as unknown) : undefined,
    } as Call<unknown>
    this.received.push({ ...call, method, route: route.path })
    const reply = this.isDown
      ? new NoAnswer()
      : this.isLoggedOut && path !== '/api/login'
        ? new Refusal(401, 'unauthorized', 'no valid session')
        : await unlessAborted(route.reply(call), signal)
    return responseOf(reply)
  }
}

function mapped(values: Record<string, string>, each: (value: string) => string) {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, each(value)]))
}

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
}

function responseOf(reply: unknown): Response {
  if (reply instanceof NoAnswer) throw new TypeError('Failed to fetch')
  if (reply instanceof Refusal) {
    const { status, code, detail, said } = reply
    return json(status, { code, detail, reason: `error.${code}`, params: {}, fields: [], ...said })
  }
  if (reply instanceof FileAnswer)
    return new Response(reply.content, { headers: { 'Content-Disposition': `attachment; filename="${reply.name}"` } })
  return json(200, reply)
}

function unlessAborted<T>(reply: T | Promise<T>, signal: AbortSignal | null | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error)
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
    Promise.resolve(reply).then(resolve, reject)
  })
}
