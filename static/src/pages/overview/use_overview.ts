import { overviewApi } from '@/api/overview'
import { useLive } from '@/composables/live'

/** Each is read out of the log again, which takes the service more than a glance. */
const statsEvery = 30_000
const healthEvery = 15_000

export const useOverview = () => useLive(['overview'], overviewApi.show)

export const useStats = (by: 'minute' | 'hour') =>
  useLive(['stats', by], (signal) => overviewApi.stats(by, signal), true, statsEvery)

export const useHealth = () => useLive(['health'], overviewApi.health, true, healthEvery)
