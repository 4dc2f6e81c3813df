import { outcomes, type RequestQuery } from '@/api/requests'
import { hasNoControls, isWhole, listAddress, type TimedFilters } from '@/composables/list_address'

/** What the log is asked for. */
export interface LogQuery extends RequestQuery, TimedFilters {}

export const plain: LogQuery = {
  outcome: '',
  model: '',
  region: '',
  api_key_id: '',
  account_id: '',
  status: '',
  min_attempts: '',
  last: '',
  from: '',
  to: '',
}

export const { fromAddress, toAddress, changed, isFiltered, asked } = listAddress(plain, {
  outcome: (text) => outcomes.includes(text),
  model: hasNoControls,
  region: (text) => /^[a-z]{2}$/.test(text),
  api_key_id: isWhole(0, 1e15),
  account_id: isWhole(1, 1e15),
  status: isWhole(100, 599),
  min_attempts: isWhole(0, 1000),
})
