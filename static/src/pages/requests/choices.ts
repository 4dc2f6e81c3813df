import { useQuery } from '@tanstack/vue-query'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'

import { keysApi } from '@/api/keys'
import { modelsApi } from '@/api/models'

function useKeys() {
  return useQuery({
    queryKey: ['keys', 'names'],
    queryFn: ({ signal }) => keysApi.list({ name: '', state: '', size: 1000 }, signal),
    staleTime: 30_000,
  })
}

/** What a client's key is called; one that was deleted has only its number. */
export function useKeyNames() {
  const { t } = useI18n()
  const { data } = useKeys()
  const names = computed(() => new Map(data.value?.items.map(({ id, name }) => [id, name])))
  return (id: number | null) => (id ? (names.value.get(id) ?? t('requests.keyNumber', { id })) : t('requests.admin'))
}

/** What the log can be filtered by: the keys, and the catalogue's models. */
export function useChoices() {
  const { data: keys } = useKeys()
  const { data: models } = useQuery({
    queryKey: ['models', 'names'],
    queryFn: ({ signal }) => modelsApi.list(signal),
    staleTime: 30_000,
  })
  return {
    keys: computed(() => ['0', ...(keys.value?.items ?? []).map(({ id }) => String(id))]),
    models: computed(() => (models.value?.items ?? []).map(({ id }) => id)),
  }
}
