import type { Texts } from '@/i18n/messages'

/** What the service's checks find, by check and finding: what it is, and what to do. */
export const healthEn = {
  database: {
    missing: {
      what: 'The database file is missing.',
      todo: 'Stop the service and restore the file from backups/.',
    },
    full: {
      what: 'Cannot write to the database: the disk is full.',
      todo: 'Free up space on the disk of the data folder.',
    },
    locked: {
      what: 'The database is locked by another program.',
      todo: 'Stop the program that holds the lock, such as an open sqlite3.',
    },
    read_only: {
      what: 'Cannot write to the database: it is read-only.',
      todo: 'Give the service’s user write access to the file and its folder; check whether the disk is mounted read-only.',
    },
    broken: { what: 'Cannot write to the database.', todo: 'See the service log for details.' },
  },
  settings: {
    bad: {
      what: 'config.json is invalid: {fault}. The last valid settings stay in effect.',
      todo: 'Fix config.json; it is reloaded within a second.',
    },
  },
  workers: {
    behind: {
      what: 'Only {up_to_date} of {running} workers have loaded the changed settings.',
      todo: 'See the service log. Stop the outdated worker; a new one replaces it.',
    },
  },
  upstream: {
    unreachable: {
      what: 'The upstream is not responding.',
      todo: 'Start it, or set UPSTREAM_BASE_URL to its address.',
    },
    unknown_host: {
      what: 'The host name of the upstream could not be resolved.',
      todo: 'Check the spelling of UPSTREAM_BASE_URL; in containers, use the name of the upstream’s service.',
    },
    timed_out: { what: 'The upstream timed out.', todo: 'See the upstream’s log.' },
    cut: { what: 'The upstream interrupts the connection.', todo: 'See the upstream’s log.' },
    gateway_error: {
      what: 'A gateway responds, but cannot reach the upstream behind it.',
      todo: 'Start the upstream, or set UPSTREAM_BASE_URL to its address.',
    },
    ends_in_v1: {
      what: 'UPSTREAM_BASE_URL must not end in /v1, which is added automatically.',
      todo: 'Set it to {instead}.',
    },
    wrong_path: {
      what: 'The upstream does not respond under the path of UPSTREAM_BASE_URL.',
      todo: 'Set it to {instead}.',
    },
    redirect: {
      what: 'UPSTREAM_BASE_URL redirects elsewhere, which no upstream does.',
      todo: 'Set it to the address of jimeng-api or jimeng-api-go itself.',
    },
    web_page: {
      what: 'UPSTREAM_BASE_URL is a web page, not an upstream.',
      todo: 'Set it to the address and port of jimeng-api or jimeng-api-go itself.',
    },
    not_the_service: {
      what: 'UPSTREAM_BASE_URL is not the address of an upstream.',
      todo: 'Set it to the address and port of jimeng-api or jimeng-api-go.',
    },
    http_error: {
      what: 'The service at UPSTREAM_BASE_URL rejects requests and is not an upstream.',
      todo: 'Set it to the address and port of jimeng-api or jimeng-api-go.',
    },
    https_needed: { what: 'The port of UPSTREAM_BASE_URL requires HTTPS.', todo: 'Set it to {instead}.' },
    no_https: { what: 'The port of UPSTREAM_BASE_URL does not use HTTPS.', todo: 'Set it to {instead}.' },
    bad_certificate: {
      what: 'The certificate at UPSTREAM_BASE_URL is not valid for that name, or not trusted.',
      todo: 'Use the name the certificate is issued for, or a trusted certificate.',
    },
    tls_fault: {
      what: 'Could not establish a TLS connection to UPSTREAM_BASE_URL.',
      todo: 'Check that its port is the HTTPS port.',
    },
    not_http: {
      what: 'The port of UPSTREAM_BASE_URL does not use HTTP.',
      todo: 'Set it to the port the upstream listens on.',
    },
    bad_address: {
      what: 'UPSTREAM_BASE_URL is not a valid address.',
      todo: 'Set it to an address like http://localhost:8080.',
    },
    outage: {
      what: 'Several accounts have failed at the upstream since {since}; requests are rejected.',
      todo: 'See the upstream’s log. Probing automatically.',
    },
  },
  scheduler: {
    never_ran: {
      what: 'The scheduler has not run yet.',
      todo: 'Start dreamina-scheduler: without it, bans do not end, counts are not reset and no jobs run.',
    },
    not_running: {
      what: 'The scheduler has not run since {since}.',
      todo: 'Start dreamina-scheduler: without it, bans do not end, counts are not reset and no jobs run.',
    },
    stuck: {
      what: 'The scheduler has been stuck since {since}.',
      todo: 'Restart dreamina-scheduler: without it, bans do not end, counts are not reset and no jobs run.',
    },
  },
  accounts: {
    all_idle: {
      what: 'None of the {count} accounts can serve any model now.',
      todo: 'Check the account states: refresh sessions, unban accounts, check points or add accounts.',
    },
    unserved_models: {
      what: 'No account can serve these models now: {models}.',
      todo: 'Check the account states: refresh sessions, unban accounts, check points or add accounts.',
    },
    idle_regions: {
      what: 'No usable accounts in these regions: {regions}.',
      todo: 'Check the account states: refresh sessions, unban accounts or add accounts.',
    },
  },
  jobs: {
    failed: {
      what: 'Failed jobs in the last 24 hours: {count}.',
      todo: 'See their results for details; each can be retried.',
    },
  },
  schedule: {
    failed: { what: 'Last run failed: {names}.', todo: 'Run it again; see the service log for details.' },
  },
  backup: {
    none: { what: 'No backup has been made yet.', todo: 'Run the backup now in the schedule below.' },
    failed: {
      what: 'The backup of {at} failed: {reason}',
      todo: 'Fix the cause, then run the backup again in the schedule below.',
    },
    old: { what: 'The last backup was made at {at}.', todo: 'Run the backup now in the schedule below.' },
  },
  disk: {
    unknown: { what: 'The free space of the data folder is unknown.', todo: 'Check that the folder is readable.' },
    little_room: {
      what: 'Only {free_bytes} free on the disk of the database.',
      todo: 'Free up space, or keep fewer backups (BACKUP_KEEP).',
    },
  },
  database_log: {
    long: {
      what: 'The database’s write-ahead log has grown to {bytes}.',
      todo: 'The scheduler empties it: check that it is running and that no other program keeps the database open.',
    },
  },
  clock: {
    set_back: {
      what: 'A record is dated {at}, which is in the future: the clock was set back.',
      todo: 'Check the machine’s time synchronization (timedatectl).',
    },
  },
  database_place: {
    single_file: {
      what: 'The database is mounted as a single file: its log {file}-wal is not on the mounted disk, and data that is only there is lost with the container.',
      todo: 'Stop the service, mount the database’s folder instead of the file, then start it again.',
    },
    network: {
      what: 'The database is on a shared file system ({file_system}), where another machine that opens it may damage it.',
      todo: 'Keep it on a local disk of this machine.',
    },
  },
  time_zone: {
    unknown: {
      what: 'TZ is “{zone}”, which is not a known time zone: local times are in UTC.',
      todo: 'Set TZ to a name such as Asia/Shanghai and restart the service; check that tzdata is installed.',
    },
  },
}

export const healthZhCn: Texts<typeof healthEn> = {
  database: {
    missing: { what: '数据库文件不见了。', todo: '请停止服务，从 backups/ 中恢复该文件。' },
    full: { what: '数据库无法写入：磁盘已满。', todo: '请在数据目录所在磁盘上腾出空间。' },
    locked: { what: '数据库被其他程序锁定。', todo: '请结束占用它的程序，例如打开着的 sqlite3。' },
    read_only: {
      what: '数据库无法写入：它是只读的。',
      todo: '请让服务的用户可以写入该文件及其目录，并检查磁盘是否以只读方式挂载。',
    },
    broken: { what: '数据库无法写入。', todo: '原因见服务日志。' },
  },
  settings: {
    bad: {
      what: 'config.json 有误：{fault}。仍在使用上一次正确的设置。',
      todo: '请修正 config.json，一秒内会重新读取。',
    },
  },
  workers: {
    behind: {
      what: '{running} 个工作进程中只有 {up_to_date} 个采用了更改后的设置。',
      todo: '请查看服务日志。结束仍未更新的工作进程，系统会启动新的进程代替它。',
    },
  },
  upstream: {
    unreachable: { what: '上游没有响应。', todo: '请启动上游，或将 UPSTREAM_BASE_URL 设为它的地址。' },
    unknown_host: {
      what: '无法解析上游的域名。',
      todo: '请检查 UPSTREAM_BASE_URL 的拼写；在容器中应填写上游服务的名称。',
    },
    timed_out: { what: '上游未能及时响应。', todo: '请查看上游的日志。' },
    cut: { what: '上游中断了连接。', todo: '请查看上游的日志。' },
    gateway_error: {
      what: '网关有响应，但连接不到其后的上游。',
      todo: '请启动上游，或将 UPSTREAM_BASE_URL 设为它的地址。',
    },
    ends_in_v1: { what: 'UPSTREAM_BASE_URL 末尾不应有 /v1，系统会自动加上。', todo: '请将其设为 {instead}。' },
    wrong_path: { what: '上游在 UPSTREAM_BASE_URL 的路径下没有响应。', todo: '请将其设为 {instead}。' },
    redirect: {
      what: 'UPSTREAM_BASE_URL 处会重定向到别处，上游不会这样做。',
      todo: '请将其设为 jimeng-api 或 jimeng-api-go 本身的地址。',
    },
    web_page: {
      what: 'UPSTREAM_BASE_URL 处是一个网页，不是上游。',
      todo: '请将其设为 jimeng-api 或 jimeng-api-go 本身的地址和端口。',
    },
    not_the_service: {
      what: 'UPSTREAM_BASE_URL 处响应的不是上游。',
      todo: '请将其设为 jimeng-api 或 jimeng-api-go 的地址和端口。',
    },
    http_error: {
      what: 'UPSTREAM_BASE_URL 处的服务拒绝了请求，它不是上游。',
      todo: '请将其设为 jimeng-api 或 jimeng-api-go 的地址和端口。',
    },
    https_needed: { what: 'UPSTREAM_BASE_URL 的端口使用 HTTPS。', todo: '请将其设为 {instead}。' },
    no_https: { what: 'UPSTREAM_BASE_URL 的端口不使用 HTTPS。', todo: '请将其设为 {instead}。' },
    bad_certificate: {
      what: 'UPSTREAM_BASE_URL 处的证书与域名不符，或不受信任。',
      todo: '请使用证书对应的域名，或换用受信任的证书。',
    },
    tls_fault: { what: '无法与 UPSTREAM_BASE_URL 建立 TLS 连接。', todo: '请检查端口是否为 HTTPS 端口。' },
    not_http: { what: 'UPSTREAM_BASE_URL 处使用的不是 HTTP 协议。', todo: '请将其设为上游监听的端口。' },
    bad_address: { what: 'UPSTREAM_BASE_URL 不是有效的地址。', todo: '请填写形如 http://localhost:8080 的地址。' },
    outage: {
      what: '自 {since} 起，上游使多个账户接连失败，请求会被拒绝。',
      todo: '请查看上游的日志。系统会自动探测它是否恢复。',
    },
  },
  scheduler: {
    never_ran: {
      what: '调度程序还没有运行过。',
      todo: '请启动 dreamina-scheduler：没有它，封禁不会结束，计数不会重置，任务不会运行。',
    },
    not_running: {
      what: '调度程序自 {since} 起没有运行。',
      todo: '请启动 dreamina-scheduler：没有它，封禁不会结束，计数不会重置，任务不会运行。',
    },
    stuck: {
      what: '调度程序自 {since} 起停滞不前。',
      todo: '请重启 dreamina-scheduler：没有它，封禁不会结束，计数不会重置，任务不会运行。',
    },
  },
  accounts: {
    all_idle: {
      what: '{count} 个账户目前都无法服务任何模型。',
      todo: '请查看账户状态：刷新会话、解除封禁、补充积分或添加账户。',
    },
    unserved_models: {
      what: '目前没有账户可服务这些模型：{models}。',
      todo: '请查看账户状态：刷新会话、解除封禁、补充积分或添加账户。',
    },
    idle_regions: { what: '这些区域没有可用账户：{regions}。', todo: '请查看账户状态：刷新会话、解除封禁或添加账户。' },
  },
  jobs: { failed: { what: '24 小时内失败的任务：{count} 个。', todo: '任务结果中有原因，每个任务都可以重试。' } },
  schedule: { failed: { what: '上次运行失败：{names}。', todo: '请重新运行，失败原因见服务日志。' } },
  backup: {
    none: { what: '还没有做过备份。', todo: '请在下方的定时任务中立即运行备份。' },
    failed: { what: '{at} 的备份失败：{reason}', todo: '请排除原因，然后在下方的定时任务中重新运行备份。' },
    old: { what: '最近一次备份是 {at}。', todo: '请在下方的定时任务中立即运行备份。' },
  },
  disk: {
    unknown: { what: '无法得知数据目录的剩余空间。', todo: '请检查该目录是否可读。' },
    little_room: { what: '数据库所在磁盘仅剩 {free_bytes}。', todo: '请腾出空间，或减少保留的备份数（BACKUP_KEEP）。' },
  },
  database_log: {
    long: {
      what: '数据库日志已增长到 {bytes}。',
      todo: '它由调度程序清空：请检查调度程序是否运行，以及是否有其他程序一直打开着数据库。',
    },
  },
  clock: {
    set_back: {
      what: '有记录的时间是 {at}，尚未到来：系统时钟被往回拨过。',
      todo: '请检查机器时间是否同步（timedatectl）。',
    },
  },
  database_place: {
    single_file: {
      what: '数据库是作为单个文件挂载的：它的日志 {file}-wal 不在所挂载的磁盘上，只写在其中的数据会随容器一起丢失。',
      todo: '请停止服务，改为挂载数据库所在的目录，再重新启动。',
    },
    network: {
      what: '数据库位于共享文件系统（{file_system}）上，其他机器打开它时可能会损坏它。',
      todo: '请把它放在本机磁盘上。',
    },
  },
  time_zone: {
    unknown: {
      what: 'TZ 设为“{zone}”，但没有这个时区：本地时间按 UTC 计算。',
      todo: '请把 TZ 设为 Asia/Shanghai 这样的名称并重启服务，并检查是否已安装 tzdata。',
    },
  },
}
