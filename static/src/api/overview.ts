import { answer, client } from './client'
import type { Schema } from './types'

export type ModelFigures = Schema<'ModelFigures'>
export type Upstream = Schema<'Upstream'>
export type Overview = Schema<'Overview'>

/** The requests of one model that ended one way, step by step; the model is null where none could be read. */
export type StatsSeries = Required<Pick<Schema<'RequestSeries'>, 'model' | 'outcome' | 'requests'>> & {
  totals: Requests
}

/** What the page reads of the statistics. */
export type Stats = Pick<Schema<'RequestStats'>, 'from' | 'starts'> & {
  by: 'minute' | 'hour'
  totals: Requests
  series: StatsSeries[]
}
type Requests = Pick<Schema<'RequestSums'>, 'requests'>

export type Health = Schema<'HealthReport'>

/** Something that wants attention; `code` says what it is, `facts` of whom or since when. */
export type HealthCheck = Health['checks'][number]

export const overviewApi = {
  show: (signal?: AbortSignal) => answer(client.GET('/api/overview', { signal })),
  /** The last hour by minute, or the last day by hour. */
  stats: (by: Stats['by'], signal?: AbortSignal) =>
    answer(
      client.GET('/api/stats', { params: { query: { by, group: ['model', 'outcome'], size: 500 } }, signal }),
    ) as Promise<Stats>,
  health: (signal?: AbortSignal) => answer(client.GET('/api/health', { signal })),
}
