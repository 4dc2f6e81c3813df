import { answer, client } from './client'
import type { Schema, Worded } from './types'

export type ModelName = Schema<'ModelName'>

/** A row of the catalogue. */
export type CatalogModel = Schema<'Model'>

/** What is absent takes the service's default, or stays as it is; a name without regions has the model's. */
export type ModelFields = Worded<Schema<'ModelChange'>>

/** A setting that models can have their limit from. */
export interface LimitSetting {
  key: string
  value: number
}

export const modelsApi = {
  list: (signal?: AbortSignal) => answer(client.GET('/api/models', { signal })),
  add: (fields: ModelFields) => answer(client.POST('/api/models', { body: fields as Schema<'NewModel'> })),
  change: (id: string, fields: ModelFields) =>
    answer(client.PUT('/api/models/{id}', { params: { path: { id } }, body: fields as Schema<'ModelChange'> })),
  remove: (id: string) => answer(client.DELETE('/api/models/{id}', { params: { path: { id } } })),
  limitSettings: async (signal?: AbortSignal): Promise<LimitSetting[]> => {
    const { settings } = await answer(client.GET('/api/settings/schema', { signal }))
    return settings
      .filter(({ group, type }) => group === 'limits' && type === 'integer')
      .map(({ key, value }) => ({ key, value: Number(value) }))
  },
}
