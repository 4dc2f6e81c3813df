import type { ScheduledJob } from '@/api/schedule'

import { pageMessages } from './messages'

type Names = Record<ScheduledJob['name'], string>

/** Names of the scheduler's timed jobs, for every page that speaks of them. */
const en: Names = {
  end_bans: 'End expired bans',
  reset_counts: 'Reset daily counts',
  settle_abandoned_leases: 'Recover orphaned requests',
  checkpoint_log: 'WAL checkpoint',
  deliver_webhooks: 'Deliver webhooks',
  fetch_results: 'Fetch results',
  detect_upstream: 'Detect upstream type',
  update_doubted_points: 'Verify points reported as used up',
  update_due_points: 'Refresh points of recently used accounts',
  daily_credits: 'Claim daily credits',
  daily_points: 'Refresh all points daily',
  points: 'Refresh all points at an interval',
  session_refresh: 'Refresh old sessions',
  expired_sessions: 'Refresh expired sessions',
  session_check: 'Check all sessions',
  second_session_check: 'Recheck suspected sessions',
  auto_register: 'Register accounts automatically',
  purge_deleted_accounts: 'Purge deleted accounts',
  prune: 'Prune old data',
  backup: 'Back up the database',
}

const zhCn: Names = {
  end_bans: '解除到期的封禁',
  reset_counts: '重置每日次数',
  settle_abandoned_leases: '回收遗留的请求',
  checkpoint_log: '数据库检查点（WAL）',
  deliver_webhooks: '投递 Webhook',
  fetch_results: '下载生成结果',
  detect_upstream: '识别上游类型',
  update_doubted_points: '核实上游称已用完的积分',
  update_due_points: '刷新刚用过的账户的积分',
  daily_credits: '领取每日积分',
  daily_points: '每日刷新所有账户的积分',
  points: '按间隔刷新所有账户的积分',
  session_refresh: '刷新较旧的会话',
  expired_sessions: '刷新已过期的会话',
  session_check: '检查所有会话',
  second_session_check: '复查疑似失效的会话',
  auto_register: '自动注册账户',
  purge_deleted_accounts: '彻底移除已删除的账户',
  prune: '清理旧数据',
  backup: '备份数据库',
}

export const messages = pageMessages('timedJob', en, zhCn)
