import { pageMessages, type Texts } from '@/i18n/messages'

const en = {
  title: 'API reference',
  text: 'Every route of the management API. Its text is English.',
}

const zhCn: Texts<typeof en> = {
  title: 'API 参考',
  text: '管理 API 的全部路由，说明为英文。',
}

export const messages = pageMessages('reference', en, zhCn)
