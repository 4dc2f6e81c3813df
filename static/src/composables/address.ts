import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** What a page's address says besides which page it is: filters, an open panel. Empty: nothing of it. */
export function useAddress<Key extends string>(...keys: Key[]) {
  const route = useRoute()
  const router = useRouter()
  const params = computed(() => {
    const texts = keys.map((key) => [key, typeof route.query[key] === 'string' ? route.query[key] : ''])
    return Object.fromEntries(texts) as Record<Key, string>
  })
  function go(change: Partial<Record<Key, string>>, how: 'push' | 'replace' = 'push') {
    const next = Object.entries<string>({ ...params.value, ...change }).filter(([, value]) => value !== '')
    void router[how]({ query: Object.fromEntries(next) })
  }
  return { params, go }
}
