import { useMutation, useQueryClient } from '@tanstack/vue-query'
import { computed, inject, nextTick, provide, ref, watch, type InjectionKey } from 'vue'
import { useI18n } from 'vue-i18n'

import { ApiError } from '@/api/request'
import { settingsApi, type NginxState, type Setting } from '@/api/settings'
import { base } from '@/base'
import { useFailureText } from '@/composables/failures'
import { useLive } from '@/composables/live'
import { useRefusals } from '@/composables/refusals'
import { useServiceMessages } from '@/composables/service_messages'
import { useToasts } from '@/composables/toasts'

import {
  draftOf,
  editOf,
  isChanged,
  isConflict,
  isPassword,
  problemOf,
  textOf,
  valueOf,
  type Draft,
  type Drafts,
} from './form'
import { useSettingText } from './setting_text'

/** The settings of the service, what is about to become of them, and what is wrong with that. */
function createForm() {
  const { t } = useI18n()
  const texts = useSettingText()
  const toasts = useToasts()
  const queries = useQueryClient()
  const failureText = useFailureText()
  const refusedBy = useRefusals()
  const say = useServiceMessages()

  const saver = useMutation({ mutationFn: settingsApi.save })
  // A new password changes the browser's session: nothing asks with the earlier one meanwhile.
  const live = useLive(['settings'], settingsApi.schema, () => !saver.isPending.value)
  const settings = computed(() => live.data.value?.settings ?? [])
  const nginx = computed(() => live.data.value?.nginx ?? null)

  const drafts = ref<Drafts>({})
  const changed = computed(() => settings.value.filter((setting) => isChanged(setting, drafts.value[setting.key])))
  /** By key: what the service said of a value, or what the page said when it was about to be sent. */
  const problems = ref<Record<string, string>>({})
  const problem = ref<string | null>(null)

  /** Where the page will be once nginx listens on another port: nothing answers here any more then. */
  const movedTo = ref<string | null>(null)
  const movesWith = (state: NginxState | null) =>
    state !== null && !state.port_fixed && String(state.port) === location.port

  function edit(setting: Setting, change: Partial<Draft>) {
    drafts.value[setting.key] = { ...(drafts.value[setting.key] ?? draftOf(setting)), how: 'value', ...change }
    delete problems.value[setting.key]
    problem.value = null
  }

  function undo({ key }: Setting) {
    delete drafts.value[key]
    delete problems.value[key]
    problem.value = null
  }

  function discard() {
    drafts.value = {}
    problems.value = {}
    problem.value = null
  }

  // What has become the same elsewhere is no change of ours any more.
  watch(settings, (now) => {
    for (const setting of now) {
      const draft = drafts.value[setting.key]
      if (draft && !isChanged(setting, draft)) draft.base = setting.value
    }
  })

  async function show(keys: string[], said: string | null) {
    problem.value = said
    await nextTick()
    const first = settings.value.find(({ key }) => keys.includes(key))
    const row = first && document.getElementById(`setting-${first.key}`)
    row?.scrollIntoView({ block: 'nearest' })
    // Focus would scroll only as far as the field itself, and stop the scrolling to the whole row.
    row?.querySelector<HTMLElement>('input, select, button')?.focus({ preventScroll: true })
  }

  /** False if there is something to mend or to decide first. */
  function check(): boolean {
    const found = changed.value
      .map((setting) => ({ setting, problem: problemOf(setting, drafts.value[setting.key]!) }))
      .filter((each) => each.problem !== null)
    problems.value = Object.fromEntries(found.map((each) => [each.setting.key, texts.problem(each.problem!)]))
    const conflicts = changed.value.filter((setting) => isConflict(setting, drafts.value[setting.key]))
    if (found.length > 0) void show(Object.keys(problems.value), t('settings.bar.mend'))
    else if (conflicts.length > 0)
      void show(
        conflicts.map(({ key }) => key),
        t('settings.bar.meanwhile'),
      )
    return found.length + conflicts.length === 0
  }

  async function save() {
    if (changed.value.length === 0 || saver.isPending.value || !check()) return
    const saved = changed.value
    const sent = { ...drafts.value }
    movedTo.value = null
    await queries.cancelQueries()
    saver.mutate(editOf(saved, sent), {
      onSuccess: () => void done(saved, sent),
      onError: refuse,
      onSettled: () => void live.refetch(),
    })
  }

  async function done(saved: Setting[], sent: Drafts) {
    const atOnce = nginx.value ? ['at_once', 'nginx_reload'] : ['at_once']
    const waiting = saved
      .filter(({ effect }) => !atOnce.includes(effect))
      .map((setting) => texts.localized(setting.name))
    if (saved.some(isPassword)) toasts.done(t('settings.password.saved'))
    else toasts.done(waiting.length > 0 ? t('settings.savedWaits', { keys: waiting.join(', ') }) : t('settings.saved'))
    const port = saved.find(({ key }) => key === 'PORT')
    if (port && movesWith(nginx.value))
      movedTo.value = `${location.protocol}//${location.hostname}:${valueOf(port, sent.PORT!)}${base}settings`
    await live.refetch()
    // What was typed meanwhile is the next change.
    saved.filter(({ key }) => drafts.value[key] === sent[key]).forEach(undo)
    void queries.invalidateQueries()
  }

  function refuse(failure: unknown) {
    const code = failure instanceof ApiError ? failure.code : ''
    const refused = refusedBy(failure, (key) => settings.value.find((setting) => setting.key === key)?.key ?? null)
    const marked = Object.keys(refused.problems)
    if (code === 'changed_meanwhile') problem.value = t('settings.bar.meanwhile')
    else if (['invalid_config', 'unwritable'].includes(code))
      problem.value = t('settings.bar.file', { detail: failureText(failure) })
    else if (marked.length === 0) problem.value = refused.problem
    else {
      problems.value = refused.problems as Record<string, string>
      void show(marked, [t('settings.bar.mend'), refused.problem].filter(Boolean).join(' '))
    }
  }

  return {
    live,
    settings,
    nginx,
    movedTo,
    fault: computed(() => say(live.data.value?.fault_message) || null),
    known: computed(() => live.data.value !== undefined),
    saving: saver.isPending,
    changed,
    problem,
    problemOf: ({ key }: Setting) => problems.value[key],
    draft: (setting: Setting) => drafts.value[setting.key] ?? draftOf(setting),
    isBegun: ({ key }: Setting) => key in drafts.value,
    isChanged: (setting: Setting) => isChanged(setting, drafts.value[setting.key]),
    isConflict: (setting: Setting) => isConflict(setting, drafts.value[setting.key]),
    edit,
    undo,
    reset: (setting: Setting) =>
      edit(setting, { how: 'reset', text: setting.secret ? '' : textOf(setting.reset?.value ?? null) }),
    /** The change goes on from what is in force now. */
    keep: (setting: Setting) => {
      drafts.value[setting.key]!.base = setting.value
      problem.value = null
    },
    save,
    discard,
  }
}

export type Form = ReturnType<typeof createForm>
const formKey: InjectionKey<Form> = Symbol('settings')

export function provideForm(): Form {
  const form = createForm()
  provide(formKey, form)
  return form
}

/** For what is inside SettingsPage. */
export const useForm = () => inject(formKey)!
