import { computed } from 'vue'
import { useRoute, useRouter } from 'vue-router'

/** The account that the page's address has open, and how to close it. */
export function useOpenAccount() {
  const route = useRoute()
  const router = useRouter()

  const id = computed(() => {
    const value = Number(route.query.account)
    return Number.isSafeInteger(value) && value > 0 ? value : null
  })

  /** Where it was opened from the list, closing goes back there, so that the back button does not open it again. */
  function close() {
    const list = router.resolve({ query: { ...route.query, account: undefined } })
    if (router.options.history.state.back === list.fullPath) router.back()
    else void router.replace(list)
  }
  return { id, close }
}
