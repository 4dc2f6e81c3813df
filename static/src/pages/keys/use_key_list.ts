import { computed, ref, watch } from 'vue'

import { keysApi, keyStates } from '@/api/keys'
import { useAddress } from '@/composables/address'
import { useLive } from '@/composables/live'

/** The service gives no more at once; among more keys one searches. */
const maxKeys = 1000
const step = 100

/** The keys that the page's address asks for, and the one that it opens, kept up to date. */
export function useKeyList() {
  const { params, go } = useAddress('name', 'state', 'key', 'add')
  const state = computed(() => (keyStates as string[]).find((each) => each === params.value.state) ?? '')
  const size = ref(step)
  watch([() => params.value.name, state], () => (size.value = step))

  const { data: list, ...live } = useLive(
    () => ['keys', params.value.name, state.value, size.value],
    (signal) => keysApi.list({ name: params.value.name, state: state.value, size: size.value }, signal),
  )

  const opened = computed(() => (/^\d+$/.test(params.value.key) ? Number(params.value.key) : null))
  const { data: edited } = useLive(
    () => ['keys', opened.value],
    (signal) => keysApi.show(opened.value!, signal),
    () => opened.value !== null,
  )

  return {
    params,
    state,
    go,
    list,
    live,
    /** A revoked key cannot be edited. */
    edited: computed(() =>
      opened.value !== null && edited.value?.id === opened.value && edited.value.state !== 'revoked'
        ? edited.value
        : undefined,
    ),
    hasMore: computed(() => size.value < Math.min(maxKeys, list.value?.total ?? 0)),
    showMore: () => (size.value = Math.min(maxKeys, size.value + step)),
  }
}
