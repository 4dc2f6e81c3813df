import { computed, ref } from 'vue'
import { useRoute, useRouter } from 'vue-router'

import { jobsApi, type Job, type JobFilter, type JobItemFilter } from '@/api/jobs'
import { useLive } from '@/composables/live'

import { isOpen } from './job_view'
import { fromAddress, toAddress } from './query'

/** While something runs its bar moves; else a look now and then is enough. */
const pace = (busy: boolean) => (busy ? 1_000 : 5_000)

/** The list that the page's address asks for. */
export function useJobList() {
  const route = useRoute()
  const router = useRouter()
  const filter = computed(() => fromAddress(route.query))
  const busy = ref(false)
  const live = useLive(
    computed(() => ['jobs', filter.value]),
    async (signal) => {
      const page = await jobsApi.list(filter.value, signal)
      busy.value = page.items.some(isOpen)
      return page
    },
    undefined,
    () => pace(busy.value),
  )
  const go = (next: JobFilter) => void router.push({ path: '/jobs', query: toAddress(next) })
  return { filter, go, live, list: live.data }
}

/** One job with some of its accounts. */
export function useJob(id: () => number, items: () => JobItemFilter) {
  const job = ref<Job | null>(null)
  const live = useLive(
    computed(() => ['jobs', id(), items()]),
    async (signal) => {
      const found = await jobsApi.show(id(), items(), signal)
      job.value = found
      return found
    },
    undefined,
    () => pace(job.value !== null && isOpen(job.value)),
  )
  return { live, job: live.data }
}
