import type { Schema } from '@/api/types'

import { setting, settingValues } from './answers'
import { type FakeService, faultOf, misfit, Refusal } from './fake_service'

type Setting = Schema<'SettingRow'>
type Value = Setting['value']
const secret = '********'

const named = (
  key: keyof Schema<'Settings'>,
  en: string,
  zh: string,
  changes: Omit<Partial<Setting>, 'key'> = {},
): Setting => setting({ key, name: { en, zh }, ...changes })

/** Some of the settings, of every kind of control. */
const some = (): Setting[] => [
  named('ADMIN_PASSWORD', 'Administrator password', '管理员密码', {
    group: 'access',
    type: 'text',
    secret: true,
    max: 1024,
    value: secret,
    default: secret,
    source: 'file',
  }),
  named('UPSTREAM_BASE_URL', 'Upstream address', '上游地址', {
    group: 'access',
    type: 'text',
    max: 512,
    value: 'http://upstream',
    default: 'http://upstream',
  }),
  named('PORT', 'Port', '端口', { group: 'access', value: 5100, default: 5100, max: 65535, effect: 'nginx_reload' }),
  named('METRICS_TOKEN', 'Metrics token', '监控令牌', {
    group: 'access',
    type: 'text',
    nullable: true,
    secret: true,
    max: 512,
    value: null,
    default: null,
  }),
  named('MAX_UPLOAD_SIZE', 'Largest upload', '最大上传', { group: 'proxy', unit: 'MB', effect: 'nginx_reload' }),
  named('LIMIT_VIDEO_3_0', 'Daily limit of video-3.0', 'video-3.0 每日限额', { group: 'limits', value: 2 }),
  named('RESET_COUNTS_TIME', 'Start of the day', '一天的开始', {
    group: 'schedule',
    type: 'text',
    max: 5,
    form: { en: 'HH:MM', zh: 'HH:MM' },
    value: '00:00',
    default: '00:00',
  }),
  named('REGISTER_API_URL', 'Register service address', '注册服务地址', {
    group: 'registration',
    type: 'text',
    nullable: true,
    max: 512,
    value: 'http://register',
    default: null,
    source: 'file',
  }),
  named('REGISTER_API_KEY', 'Register service key', '注册服务密钥', {
    group: 'registration',
    type: 'text',
    nullable: true,
    secret: true,
    max: 512,
    value: secret,
    default: null,
    source: 'file',
  }),
  named('DEFAULT_POINTS', 'Points of a new account', '新账户的积分', {
    group: 'registration',
    value: 120,
    default: 120,
  }),
  named('AUDIT_RETENTION_DAYS', 'Retention of the audit trail', '审计记录的保留时间', {
    help: { en: 'Older rows of the audit trail are removed.', zh: '更早的审计记录会被删除。' },
    value: 365,
    default: 365,
    max: 3650,
  }),
  named('BACKUP_KEEP', 'Backups kept', '保留的备份'),
  named('DATABASE_URL', 'Database', '数据库', {
    type: 'text',
    max: 512,
    value: 'sqlite:///dreamina.db',
    default: 'sqlite:///dreamina.db',
    effect: 'restart',
  }),
]

/** Shows and keeps settings as the service does, as far as the page shows it. */
export class FakeSettings {
  items = some()
  nginx: Schema<'NginxState'> | null = { host: '0.0.0.0', port: 5100, port_fixed: false, fault: null }
  /** The page is not told of any change. */
  silent = false
  private shown: Setting[] | undefined

  constructor(service: FakeService) {
    service
      .on('GET', '/api/settings/schema', () => {
        if (!this.silent || !this.shown) this.shown = this.items
        return {
          settings: this.shown,
          fault: null,
          fault_message: null,
          workers: { running: 2, up_to_date: 2 },
          nginx: this.nginx,
        }
      })
      .on('POST', '/api/settings', ({ body: { expected = {}, reset = [], ...values } }) => {
        if (Object.entries(expected).some(([key, value]) => this.value(key) !== value))
          return new Refusal(409, 'changed_meanwhile', 'it was changed meanwhile', {
            fields: [faultOf('LOG_LEVEL', 'changed_meanwhile')],
          })
        if (values.RESET_COUNTS_TIME && !/^[01]\d:/.test(values.RESET_COUNTS_TIME))
          return misfit('RESET_COUNTS_TIME', 'not_daily_time')
        for (const [key, value] of Object.entries(values)) this.change(key, value)
        for (const key of reset) this.reset(key)
        return settingValues(values)
      })
      .on('GET', '/api/upstream', {
        ...{ state: 'closed', since: null, next_probe_at: null, failed_probes: null },
        program: {
          ...{ kind: 'jimeng-api', version: '1.6.3', finding: 'jimeng_api', instead: null },
          finding_message: { code: 'upstream.found.jimeng_api', params: { version: '1.6.3' } },
          message: 'jimeng-api 1.6.3 responds',
          asked_at: '2026-11-22T10:00:00.000Z',
        },
      })
  }

  value(key: string): Value | undefined {
    return this.items.find((each) => each.key === key)?.value
  }

  change(key: string, value: Value): void {
    this.items = this.items.map((each) =>
      each.key === key
        ? {
            ...each,
            value: each.secret && value !== null ? secret : value,
            source: 'file',
            reset: { value: each.default, source: 'default' },
          }
        : each,
    )
  }

  private reset(key: string): void {
    this.items = this.items.map((each) =>
      each.key === key ? { ...each, value: each.default, source: 'default', reset: null } : each,
    )
  }
}
