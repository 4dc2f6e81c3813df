import { request } from './request'

export interface ModelName {
  /** `*` stands for any text. */
  name: string
  regions: string[]
}

/** A row of the catalogue. */
export interface CatalogModel {
  id: string
  needs_points: boolean
  /** Where it is offered under its id. */
  regions: string[]
  /** The others that clients may ask for. */
  names: ModelName[]
  /** The setting that the limit comes from; null: its own, or none. */
  limit_setting: string | null
  /** Calls per account and day, by whatever sets them; null: no limit. */
  daily_limit: number | null
}

/** What is absent takes the service's default, or stays as it is; a name without regions has the model's. */
export interface ModelFields {
  id?: string
  needs_points: boolean
  regions: string[]
  names: { name: string; regions?: string[] }[]
  limit_setting: string | null
  daily_limit?: number | null
}

/** A setting that models can have their limit from. */
export interface LimitSetting {
  key: string
  value: number
}

const pathOf = (id: string) => `/api/models/${encodeURIComponent(id)}`

export const modelsApi = {
  list: (signal?: AbortSignal) => request<{ items: CatalogModel[] }>('GET', '/api/models', undefined, signal),
  add: (fields: ModelFields) => request<CatalogModel>('POST', '/api/models', fields),
  change: (id: string, fields: ModelFields) => request<CatalogModel>('PUT', pathOf(id), fields),
  remove: (id: string) => request('DELETE', pathOf(id)),
  limitSettings: async (signal?: AbortSignal): Promise<LimitSetting[]> => {
    type Row = { key: string; group: string; type: string; value: unknown }
    const { settings } = await request<{ settings: Row[] }>('GET', '/api/settings/schema', undefined, signal)
    return settings
      .filter(({ group, type }) => group === 'limits' && type === 'integer')
      .map(({ key, value }) => ({ key, value: Number(value) }))
  },
}
