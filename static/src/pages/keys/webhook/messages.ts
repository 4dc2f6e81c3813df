import { pageMessages, type Texts } from '@/i18n/messages'

const en = {
  title: 'Webhook of {name}',
  text: 'Events of this key’s generations are sent to an address of the client, signed as Standard Webhooks.',
  off: 'Off since {at}: the receiver answered 410. Save the URL to switch it on again.',
  form: {
    title: 'Receiver',
    url: 'URL',
    urlHint: 'https and public, unless the setting WEBHOOK_ALLOW_HOSTS lists its host. Empty: no events.',
    hosts: 'Hosts for requests',
    hostsHint: 'Where a request may send its own events (X-Dreamina-Webhook), one per line. Empty: nowhere.',
    inProgress: 'Also send an event when a generation begins',
    saved: 'Webhook of {name} saved.',
  },
  secret: {
    title: 'Secret',
    none: 'There is no secret yet. The first URL or host makes one.',
    set: 'Receivers verify the signature with it.',
    old: 'The former secret signs as well until {until}.',
    create: 'Create secret',
    rotate: 'Rotate secret',
    ask: {
      title: 'Rotate the secret of {name}?',
      text: 'Events are signed with both secrets for 24 hours. By then the receiver needs the new one.',
      submit: 'Rotate secret',
    },
    made: 'Copy it now: it is shown only once.',
    label: 'Webhook secret',
    done: 'I have copied it',
  },
  deliveries: {
    title: 'Recent deliveries',
    test: 'Send a test',
    testSent: 'A test event is on its way.',
    empty: 'Nothing has been sent yet.',
    emptyState: 'No deliveries in this state.',
    state: 'State',
  },
}

const zhCn: Texts<typeof en> = {
  title: '{name} 的 Webhook',
  text: '该密钥的生成任务的事件会发送到客户端的地址，并按 Standard Webhooks 签名。',
  off: '自 {at} 起停用：接收方返回了 410。重新保存地址即可启用。',
  form: {
    title: '接收方',
    url: '地址',
    urlHint: '必须是公网的 https 地址，除非设置 WEBHOOK_ALLOW_HOSTS 允许其主机。留空：不发送事件。',
    hosts: '请求可用的主机',
    hostsHint: '请求可以用 X-Dreamina-Webhook 指定发往这些主机的地址，每行一个。留空：不允许。',
    inProgress: '生成开始时也发送事件',
    saved: '已保存 {name} 的 Webhook。',
  },
  secret: {
    title: '签名密钥',
    none: '还没有签名密钥，首次设置地址或主机时会自动创建。',
    set: '接收方用它验证签名。',
    old: '旧的签名密钥在 {until} 之前仍会同时签名。',
    create: '创建签名密钥',
    rotate: '更换签名密钥',
    ask: {
      title: '更换 {name} 的签名密钥？',
      text: '24 小时内事件会同时用新旧两个密钥签名，请在此之前让接收方改用新密钥。',
      submit: '更换签名密钥',
    },
    made: '请立即复制：仅显示这一次。',
    label: 'Webhook 签名密钥',
    done: '我已复制',
  },
  deliveries: {
    title: '最近的投递',
    test: '发送测试',
    testSent: '测试事件正在发送。',
    empty: '还没有发送过事件。',
    emptyState: '没有此状态的投递。',
    state: '状态',
  },
}

export const messages = pageMessages('webhook', en, zhCn)
