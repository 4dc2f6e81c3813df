import { request } from './request'
import type { components, paths } from './schema'

/** What travels between the page and the service, by its name in the API's description. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

/** The same with any text for each word: the words of a form come from the service at run time, which judges them. */
export type Worded<T> = T extends string ? string : T extends object ? { [Name in keyof T]: Worded<T[Name]> } : T

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'
/** A route of the API's description. */
export type Operation<Path extends keyof paths, M extends Method> = NonNullable<
  paths[Path][Lowercase<M> & keyof paths[Path]]
>
export type PathWith<M extends Method> = {
  [Path in keyof paths]: [Operation<Path, M>] extends [never] ? never : Path
}[keyof paths]

export type Parameters<Op, In extends string> = Op extends { parameters: infer All }
  ? All extends Partial<Record<In, infer Given>>
    ? NonNullable<Given>
    : never
  : never
export type Body<Op> = Op extends { requestBody?: { content: { 'application/json': infer Json } } } ? Json : never

/** The query's names are checked here; its words come from the page's address, and are for the service to judge. */
type Query<Op> = { [Name in keyof Parameters<Op, 'query'>]?: Parameters<Op, 'query'>[Name] | string }

type Given<Op> = ([Parameters<Op, 'path'>] extends [never] ? { path?: never } : { path: Parameters<Op, 'path'> }) &
  ([Parameters<Op, 'query'>] extends [never] ? { query?: never } : { query?: Query<Op> }) &
  ([Body<Op>] extends [never]
    ? { body?: never }
    : Op extends { requestBody: unknown }
      ? { body: Body<Op> }
      : { body?: Body<Op> })

export type Answer<Op> = Op extends { responses: infer All }
  ? {
      [Status in keyof All & (200 | 202)]: All[Status] extends { content: { 'application/json': infer Json } }
        ? Json
        : never
    }[keyof All & (200 | 202)]
  : never

/** Calls a route of the API's description; what is given and what comes back have its types. As `request` otherwise. */
export function call<M extends Method, Path extends PathWith<M>>(
  method: M,
  path: Path,
  ...[given, signal]: object extends Given<Operation<Path, M>>
    ? [given?: Given<Operation<Path, M>>, signal?: AbortSignal]
    : [given: Given<Operation<Path, M>>, signal?: AbortSignal]
): Promise<Answer<Operation<Path, M>>> {
  const {
    path: captured,
    query,
    body,
  } = (given ?? {}) as {
    path?: Record<string, unknown>
    query?: Record<string, unknown>
    body?: unknown
  }
  return request(method, address(path, captured, query), body, signal)
}

/** The path with its {…} filled in; what is empty is left out of the query. */
export function address(
  path: string,
  captured: Record<string, unknown> = {},
  query: Record<string, unknown> = {},
): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(captured[name])))
  const given = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== null && String(value) !== '',
  )
  return given.length ? `${filled}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}` : filled
}
