import { pageMessages, type Texts } from '@/i18n/messages'

import { factNames } from './facts'

const en = {
  title: 'Account {id}',
  gone: { title: 'Account not found', text: 'It was deleted or never existed.' },
  tabs: {
    label: 'About this account',
    facts: 'Overview',
    requests: 'Requests',
    errors: 'Errors',
    jobs: 'Jobs',
    changes: 'Changes',
  },
  fact: factNames('en'),
  byHand: 'Unbanned manually',
  none: 'None',
  usage: {
    title: 'Calls per day and model',
    text: 'Calls per day and model over the last {days} days: {calls} in total.',
    none: 'No calls in the last {days} days.',
    table: 'Show as a table',
    chart: 'Show as a chart',
    day: 'Day',
  },
  requests: {
    none: 'No requests have used this account yet.',
    all: 'All requests of this account',
    time: 'Time',
    model: 'Model',
    outcome: 'Outcome',
    verdict: 'Verdict',
    duration: 'Duration',
  },
  errors: {
    none: 'None of the last {n} requests failed.',
    text: 'Responses of this account among its last {n} requests that failed or were served by another account.',
    noReason: 'No reason given.',
    notThis: 'Not caused by this account.',
  },
  jobs: { none: 'No jobs for this account yet.', kind: 'Job', state: 'State', ended: 'When', error: 'Error' },
  changes: { none: 'No manual changes yet.' },
}

const zhCn: Texts<typeof en> = {
  title: '账户 {id}',
  gone: { title: '没有此账户', text: '它已被删除，或从未存在。' },
  tabs: { label: '此账户的信息', facts: '概览', requests: '请求', errors: '错误', jobs: '任务', changes: '变更' },
  fact: factNames('zh'),
  byHand: '手动解除封禁',
  none: '无',
  usage: {
    title: '每日各模型调用次数',
    text: '最近 {days} 天每日各模型的调用次数：共 {calls} 次。',
    none: '最近 {days} 天没有调用。',
    table: '以表格显示',
    chart: '以图表显示',
    day: '日期',
  },
  requests: {
    none: '还没有请求使用过此账户。',
    all: '此账户的全部请求',
    time: '时间',
    model: '模型',
    outcome: '结果',
    verdict: '判定',
    duration: '耗时',
  },
  errors: {
    none: '最近 {n} 个请求均未失败。',
    text: '最近 {n} 个请求中，失败或改由其他账户完成的请求里此账户的响应。',
    noReason: '没有给出原因。',
    notThis: '并非此账户的问题。',
  },
  jobs: { none: '还没有与此账户有关的任务。', kind: '任务', state: '状态', ended: '时间', error: '错误' },
  changes: { none: '还没有人工变更。' },
}

export const messages = pageMessages('accountPanel', en, zhCn)
