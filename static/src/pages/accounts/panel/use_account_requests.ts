import { requestsApi } from '@/api/requests'
import { useLive } from '@/composables/live'

/** So many of its latest requests are looked at. */
export const latest = 100

/** The latest requests that tried an account, also in vain. */
export function useAccountRequests(id: () => number) {
  const any = { outcome: '', model: '', region: '', api_key_id: '', from: '', to: '' }
  const { data, ...live } = useLive(
    () => ['requests', 'of-account', id()],
    (signal) => requestsApi.list({ ...any, account_id: String(id()), size: latest }, signal),
  )
  return { data, live }
}
