import { computed, ref, watch } from 'vue'

import { keysApi, keyStates } from '@/api/keys'
import { useAddress } from '@/composables/address'
import { useLive } from '@/composables/live'

/** The service gives no more at once; among more keys one searches. */
const maxKeys = 1000
const step = 100

/** The keys that the page's address asks for, and those that it opens, kept up to date. */
export function useKeyList() {
  const { params, go } = useAddress('name', 'state', 'key', 'webhook', 'add')
  const state = computed(() => (keyStates as string[]).find((each) => each === params.value.state) ?? '')
  const size = ref(step)
  watch([() => params.value.name, state], () => (size.value = step))

  const { data: list, ...live } = useLive(
    () => ['keys', params.value.name, state.value, size.value],
    (signal) => keysApi.list({ name: params.value.name, state: state.value, size: size.value }, signal),
  )

  /** The key that a parameter of the address names. A revoked one is not changed any more. */
  function useNamedKey(name: 'key' | 'webhook') {
    const id = computed(() => (/^\d+$/.test(params.value[name]) ? Number(params.value[name]) : null))
    const { data } = useLive(
      () => ['keys', id.value],
      (signal) => keysApi.show(id.value!, signal),
      () => id.value !== null,
    )
    return computed(() =>
      id.value !== null && data.value?.id === id.value && data.value.state !== 'revoked' ? data.value : undefined,
    )
  }

  return {
    params,
    state,
    go,
    list,
    live,
    edited: useNamedKey('key'),
    webhookOf: useNamedKey('webhook'),
    hasMore: computed(() => size.value < Math.min(maxKeys, list.value?.total ?? 0)),
    showMore: () => (size.value = Math.min(maxKeys, size.value + step)),
  }
}
