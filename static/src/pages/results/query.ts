import { resultMedia, resultStates, type ResultMedia, type ResultQuery, type ResultState } from '@/api/results'
import { hasNoControls, isWhole, listAddress, type TimedFilters } from '@/composables/list_address'

/** What the gallery is asked for. */
export interface GalleryQuery extends ResultQuery, TimedFilters {}

export const plain: GalleryQuery = {
  media: '',
  state: '',
  model: '',
  api_key_id: '',
  is_pinned: '',
  id: '',
  last: '',
  from: '',
  to: '',
}

const id = /^(res_|gen_)?[0-9a-f]{24}$/

/** Whether a text can be the id of a result, or of its request or generation. */
export const isId = (text: string) => id.test(text)

export const { fromAddress, toAddress, changed, isFiltered, asked } = listAddress(plain, {
  media: (text) => resultMedia.includes(text as ResultMedia),
  state: (text) => resultStates.includes(text as ResultState),
  model: hasNoControls,
  api_key_id: isWhole(0, 1e15),
  is_pinned: (text) => text === 'true',
  id: isId,
})
