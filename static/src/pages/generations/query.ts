import { generationStates, type GenerationQuery, type GenerationState } from '@/api/generations'
import { hasNoControls, isWhole, listAddress, type TimedFilters } from '@/composables/list_address'

/** What the list is asked for. */
export interface ListQuery extends GenerationQuery, TimedFilters {}

export const plain: ListQuery = { state: '', model: '', api_key_id: '', id: '', last: '', from: '', to: '' }

const id = /^(gen_)?[0-9a-f]{24}$/

/** Whether a text can be a generation's id, as clients have it or as X-Dreamina-Request-Id does. */
export const isId = (text: string) => id.test(text)

export const { fromAddress, toAddress, changed, isFiltered, asked } = listAddress(plain, {
  state: (text) => generationStates.includes(text as GenerationState),
  model: hasNoControls,
  api_key_id: isWhole(0, 1e15),
  id: isId,
})

const isOpen = (state: string) => state === 'queued' || state === 'in_progress'

/** Which states each of the list's two parts is to have; null: the part is left out. */
export function partsOf({ state }: Pick<ListQuery, 'state'>): { open: string | null; ended: string | null } {
  if (state === '') return { open: 'open', ended: 'ended' }
  return isOpen(state) ? { open: state, ended: null } : { open: null, ended: state }
}
