import type { Account } from '@/api/types'

/** A sentence's key and its parts, or somebody else's words. */
export type Reason = { key: string; words: string } | { words: string } | null

/** Why an account is out of the pool, beyond what its status says. `known`: whether there is a text for a cause. */
export function reasonOf(
  account: Pick<Account, 'status' | 'status_cause' | 'status_note' | 'status_reason'>,
  known: (cause: string) => boolean,
): Reason {
  const { status, status_cause: cause, status_note: note, status_reason: sentence } = account
  if (cause && known(cause)) return { key: cause, words: note ?? '' }
  if (note) return { words: note }
  // Until when an account is banned stands beside its status.
  if (!sentence || status === 'banned') return null
  // Without a cause of its own a status is explained once for all; one that this page does not know, by the service.
  if (known(status)) return { key: status, words: '' }
  return { words: sentence }
}
