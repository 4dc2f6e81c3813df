import { pageMessages, type Texts } from '@/i18n/messages'

const en = {
  title: 'Webhook deliveries',
  table: 'Deliveries',
  states: { pending: 'Pending', delivered: 'Delivered', failed: 'Failed' },
  sending: 'Sending',
  columns: { event: 'Event', state: 'State', answer: 'Last answer', created: 'Created', actions: 'Actions' },
  attempts: '{count} attempt | {count} attempts',
  next: 'next attempt {at}',
  nextDue: 'next attempt is due',
  noAnswer: 'None yet',
  again: 'Send again',
  againOf: 'Send {id} again',
  sentAgain: 'The event is on its way again.',
  arrived: '{event} was delivered: {answer}.',
  refused: '{event} was not delivered: {answer}.',
}

const zhCn: Texts<typeof en> = {
  title: 'Webhook 投递',
  table: '投递列表',
  states: { pending: '待投递', delivered: '已送达', failed: '失败' },
  sending: '正在发送',
  columns: { event: '事件', state: '状态', answer: '最近的响应', created: '创建时间', actions: '操作' },
  attempts: '{count} 次尝试 | {count} 次尝试',
  next: '下次尝试 {at}',
  nextDue: '即将再次尝试',
  noAnswer: '暂无',
  again: '重新发送',
  againOf: '重新发送 {id}',
  sentAgain: '事件正在重新发送。',
  arrived: '{event} 已送达：{answer}。',
  refused: '{event} 未送达：{answer}。',
}

export const messages = pageMessages('deliveries', en, zhCn)
