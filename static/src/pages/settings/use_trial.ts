import { useMutation } from '@tanstack/vue-query'
import { computed, watch } from 'vue'

import { settingsApi, type Setting, type ServiceTest } from '@/api/settings'

import { valueOf, type Draft } from './form'
import { useForm } from './use_form'

/** Which service can be tried out beside a setting, and which settings say where it is. */
const trials: Record<string, { what: ServiceTest['what']; url: string; key?: string }> = {
  UPSTREAM_BASE_URL: { what: 'upstream', url: 'UPSTREAM_BASE_URL' },
  REGISTER_API_KEY: { what: 'register_service', url: 'REGISTER_API_URL', key: 'REGISTER_API_KEY' },
}

export const trialBeside = ({ key }: Setting) => trials[key]?.what

/** Tries out a service as the form has it, saved or not. */
export function useTrial(beside: Setting) {
  const form = useForm()
  const { what, url, key } = trials[beside.key]!

  function unsaved(name: string | undefined): string | undefined {
    const setting = form.settings.value.find((each) => each.key === name)
    if (!setting || !form.isChanged(setting)) return undefined
    const draft: Draft = form.draft(setting)
    // What a reset secret will be, only the service knows.
    if (draft.how === 'reset' && setting.secret) return undefined
    return String(valueOf(setting, draft) ?? '')
  }

  const trial = computed<ServiceTest>(() => ({ what, url: unsaved(url), key: unsaved(key) }))
  const { mutate, data, error, isPending, reset } = useMutation({ mutationFn: settingsApi.test })
  // What was found holds for what was tried.
  watch(() => JSON.stringify(trial.value), reset)
  return { what, run: () => mutate(trial.value), finding: data, error, isPending }
}
