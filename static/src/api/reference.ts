import { answer, client } from './client'

/** An OpenAPI description, as far as the page itself reads it. */
export interface Description {
  info: { title: string; version: string; description: string }
}

export const referenceApi = {
  /** The description of the API itself. */
  show: (signal?: AbortSignal) =>
    answer(client.GET('/api/openapi.json', { signal })) as unknown as Promise<Description>,
}
