import { pageMessages, type Texts } from '@/i18n/messages'

const en = {
  title: 'Logins',
  text: 'Browsers that are logged in. Unused logins expire automatically.',
  table: 'Logins',
  columns: {
    browser: 'Browser',
    address: 'Address',
    since: 'Logged in',
    seen: 'Last used',
    ends: 'Expires',
    actions: 'Actions',
  },
  on: '{browser} on {system}',
  unknown: 'Unknown browser',
  current: 'This browser',
  end: 'End',
  endOf: 'End the login of {browser}, {address}',
  endOthers: 'End all other logins',
  ended: 'Login ended.',
  othersEnded: 'All other logins ended.',
  confirm: {
    title: 'End all other logins?',
    text: 'All other browsers will have to log in again. This one stays logged in.',
    submit: 'End other logins',
  },
}

const zhCn: Texts<typeof en> = {
  title: '登录会话',
  text: '已登录的浏览器。长时间不使用的登录会话会自动失效。',
  table: '登录会话',
  columns: {
    browser: '浏览器',
    address: '地址',
    since: '登录时间',
    seen: '最近使用',
    ends: '失效时间',
    actions: '操作',
  },
  on: '{system} 上的 {browser}',
  unknown: '未知浏览器',
  current: '当前浏览器',
  end: '结束',
  endOf: '结束 {browser}（{address}）的登录会话',
  endOthers: '结束其他所有登录会话',
  ended: '登录会话已结束。',
  othersEnded: '其他登录会话均已结束。',
  confirm: {
    title: '结束其他所有登录会话？',
    text: '其他浏览器都需要重新登录，当前浏览器不受影响。',
    submit: '结束其他登录会话',
  },
}

export const messages = pageMessages('sessions', en, zhCn)
