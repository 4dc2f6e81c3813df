import { h, type VNodeChild } from 'vue'

import type { KnownAccount } from '@/api/account_history'
import TimeText from '@/components/TimeText.vue'

import SessionCell from '../cells/SessionCell.vue'
import StatusCell from '../cells/StatusCell.vue'

/** What turns values into text in the page’s language. */
export interface FactText {
  t: (key: string) => string
  number: (value: number) => string
  time: (at: string) => string
  message: (message: NonNullable<KnownAccount['status_message']>) => string
}

/** One line of the panel. */
export interface Fact {
  en: string
  zh: string
  /** Null where there is nothing to show: the line is left out. */
  show: (account: KnownAccount, text: FactText) => VNodeChild | null
}

const number = (field: 'points' | 'in_flight' | 'error_count' | 'refresh_failures'): Fact['show'] => {
  return (account, text) => h('span', { class: 'tabular-nums' }, text.number(account[field]))
}
const time = (field: 'session_id_updated_at' | 'last_used_at' | 'created_at' | 'updated_at'): Fact['show'] => {
  return (account) => h(TimeText, { at: account[field] })
}

/** In the order of the panel. A new column of accounts needs no more than a line here to be shown. */
export const facts: Record<string, Fact> = {
  status: { en: 'Status', zh: '状态', show: (account) => h(StatusCell, { account }) },
  reason: {
    en: 'Reason',
    zh: '原因',
    show: ({ status_message: reason }, text) => reason && text.message(reason),
  },
  until: {
    en: 'Until',
    zh: '截止',
    show: ({ is_banned: banned, ban_until: until }, text) =>
      banned ? (until ? text.time(until) : text.t('accountPanel.byHand')) : null,
  },
  region: { en: 'Region', zh: '区域', show: (account) => account.region.toUpperCase() },
  points: { en: 'Points', zh: '积分', show: number('points') },
  session: { en: 'Session ID', zh: '会话 ID', show: (account) => h(SessionCell, { account }) },
  sessionAge: { en: 'Session since', zh: '会话更新', show: time('session_id_updated_at') },
  proxy: {
    en: 'Proxy',
    zh: '代理',
    show: ({ proxy_url: proxy }, text) => proxy ?? h('span', { class: 'text-faint' }, text.t('accountPanel.none')),
  },
  inFlight: { en: 'In flight', zh: '进行中', show: number('in_flight') },
  errors: { en: 'Errors', zh: '错误', show: number('error_count') },
  refreshFailures: { en: 'Consecutive refresh failures', zh: '连续刷新失败', show: number('refresh_failures') },
  lastUsed: { en: 'Last used', zh: '最近使用', show: time('last_used_at') },
  created: { en: 'Added', zh: '添加时间', show: time('created_at') },
  updated: { en: 'Updated', zh: '修改时间', show: time('updated_at') },
}

/** Their names, for the page’s messages. */
export const factNames = (language: 'en' | 'zh'): Record<string, string> =>
  Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact[language]]))
