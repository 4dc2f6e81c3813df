import type { ScheduledJob } from '@/api/schedule'

import { pageMessages } from './messages'

type Names = Record<ScheduledJob['name'], string>

/** Names of the scheduler's timed jobs, for every page that speaks of them. */
const en: Names = {
  end_bans: 'End bans',
  reset_counts: 'Reset the day’s counts',
  settle_abandoned_leases: 'Settle requests of dead workers',
  checkpoint_log: 'Write the database’s log back',
  find_out_upstream: 'Find out which upstream it is',
  update_doubted_points: 'Points that the upstream says are used up',
  update_due_points: 'Points of accounts just used',
  daily_credits: 'Claim daily credits',
  daily_points: 'Points of all accounts, daily',
  points: 'Points of all accounts, at an interval',
  session_refresh: 'Refresh old sessions',
  expired_sessions: 'Refresh expired sessions',
  session_check: 'Check all sessions',
  second_session_check: 'Check suspected sessions again',
  auto_register: 'Register accounts automatically',
  forget_removed_accounts: 'Remove deleted accounts for good',
  prune: 'Remove what is old',
  backup: 'Back up the database',
}

const zhCn: Names = {
  end_bans: '解除到期的封禁',
  reset_counts: '重置每日次数',
  settle_abandoned_leases: '结算已退出进程的请求',
  checkpoint_log: '写回数据库日志',
  find_out_upstream: '查明上游是哪一个程序',
  update_doubted_points: '核实上游称已用完的积分',
  update_due_points: '更新刚用过的账户的积分',
  daily_credits: '领取每日积分',
  daily_points: '每日更新所有账户的积分',
  points: '按间隔更新所有账户的积分',
  session_refresh: '刷新较旧的会话',
  expired_sessions: '刷新已过期的会话',
  session_check: '检查所有会话',
  second_session_check: '复查疑似失效的会话',
  auto_register: '自动注册账户',
  forget_removed_accounts: '彻底移除已删除的账户',
  prune: '清理旧数据',
  backup: '备份数据库',
}

export const messages = pageMessages('timedJob', en, zhCn)
