import { useI18n } from 'vue-i18n'

/**
 * What the service says of its jobs, timed or not, comes as English sentences without a code. Those that it says often
 * are known here by their form; `rest` is a sentence within a sentence. The texts are `jobs.said.<key>`.
 */
const forms: [RegExp, string][] = [
  // Of a whole job
  [/^(\d+) of (\d+) failed, the first: (?<rest>.+)$/, 'someFailed'],
  [/^not ready after (\d+) looks: (?<rest>.+)$/, 'notReady'],
  [/^it is not ready$/, 'notReadyYet'],
  [/^asking the register service$/, 'asking'],
  [/^the register service has queued it$/, 'taskQueued'],
  [/^the register service is at it$/, 'taskRunning'],
  [/^refreshing the session of (.+)$/, 'refreshing'],
  [/^the scheduler ended while it asked the register service/, 'notKnownToBeTaken'],
  [/^the task was forgotten by the register service/, 'taskForgotten'],
  [
    /^automatic registration failed (\d+) times in a row; the next one is in (\d+) minutes at the earliest$/,
    'nextRegistration',
  ],
  [/^(?:the job failed)$/, 'jobFailed'],

  // Of one account
  [/^registered$/, 'registered'],
  [/^live$/, 'live'],
  [/^not live; another check in an hour or later decides$/, 'notLiveOnce'],
  [/^not live; checked less than an hour after the first time$/, 'notLiveTooSoon'],
  [/^not live for the second time: expired$/, 'notLiveTwice'],
  [/^([\d.]+) points$/, 'points'],
  [/^claimed; ([\d.]+) points$/, 'claimed'],
  [/^nothing to claim; ([\d.]+) points$/, 'nothingToClaim'],
  [/^cancelled$/, 'cancelled'],
  [/^the account has no session$/, 'noSession'],
  [/^CN accounts cannot be asked$/, 'cnNotAsked'],
  [/^another job refreshes it already$/, 'refreshedElsewhere'],
  [/^left alone after refreshes that failed in a row, until somebody asks$/, 'leftAlone'],
  [/^the register service says (\w+); the account stays in (\w+)$/, 'regionKept'],
  [/^the e-mail (\S+) is known already: that account was left as it is$/, 'emailKnown'],
  [/^the register service told nothing of (\d+) of (\d+)$/, 'toldNothing'],

  // The two services behind
  [/^the register service is not configured/, 'registerNotConfigured'],
  [/^the register service refuses our key \((\d+)\)/, 'registerKeyRefused'],
  [/^the register service answered with an error \((\d+)\): (.+)$/, 'registerErrorSaid'],
  [/^the register service answered with an error \((\d+)\)$/, 'registerError'],
  [/^the register service's answer cannot be used: (.+)$/, 'registerNotUnderstood'],
  [/^the register service does not say why$/, 'registerSilent'],
  [/^a registration failed, and the service does not say why$/, 'registerSilent'],
  [/^the register service: (?<rest>.+)$/, 'registerSays'],
  [/^the upstream has no such route$/, 'upstreamNoRoute'],
  [/^the upstream answered with status (\d+)(?:: (.+))?$/, 'upstreamStatus'],
  [/^the upstream answered (-?\d+): (.+)$/, 'upstreamCode'],
  [/^the upstream answered: (.+)$/, 'upstreamSaid'],
  [/^(\S+) cannot be reached \((.+)\)$/, 'unreachable'],
  [/^(\S+) did not answer within (\S+) s$/, 'timedOut'],
  [/^(\S+) did not answer to the end \((.+)\)$/, 'cut'],

  // Of the schedule
  [/^queued a job$/, 'queuedJob'],
  [/^there was nothing to do, or such a job waits or runs already$/, 'nothingToDo'],
  [/^(\d+) accounts answered$/, 'accountsAnswered'],
  [/^(\d+) bans ended$/, 'bansEnded'],
  [/^(\d+) deleted accounts are gone for good$/, 'goneForGood'],
  [/^the counts of (\S+) were reset$/, 'countsReset'],
  [/^a new pool has nothing to reset$/, 'nothingToReset'],
  [/^settled (\d+) requests that their workers left behind$/, 'settled'],
  [
    /^removed (\d+) jobs that ended before (\S+), (\d+) requests that came before it, (\d+) logins that had run out, and (\d+) rows of the audit trail from before (\S+); (\d+) hours of statistics became part of their days$/,
    'pruned',
  ],
  [/^wrote (\S+) \((\S+) MB, checked\), removed (\d+) older$/, 'backedUpRemoved'],
  [/^wrote (\S+) \((\S+) MB, checked\)$/, 'backedUp'],
  [/^(\w+) is false$/, 'settingOff'],
  [/^(\w+) is not set$/, 'settingMissing'],
  [/^every (\d+) hours$/, 'everyHours'],
  [/^every hour$/, 'everyHour'],
  [/^every (\d+) minutes$/, 'everyMinutes'],
  [/^every minute$/, 'everyMinute'],
  [/^every (\d+) seconds$/, 'everySeconds'],
  [/^every second$/, 'everySecond'],
  [/^every (\d+) ms$/, 'everyMs'],
  [/^every (.+), one per AUTO_REGISTER_INTERVAL$/, 'autoRegister'],
  [/^daily at (\d\d:\d\d)$/, 'dailyAt'],
]

export interface Told {
  key: string
  values: string[]
}

/** The sentence's form and what it fills in; null for one that is not known. */
export function formOf(sentence: string, say: (rest: string) => string): Told | null {
  for (const [form, key] of forms) {
    const match = form.exec(sentence)
    if (!match) continue
    const values = match.slice(1).map((value) => value ?? '')
    if (match.groups?.rest) values[values.length - 1] = say(match.groups.rest)
    return { key, values }
  }
  return null
}

/** Sentences of the service in the page's language; one that is not known is shown as it is. */
export function useServiceWords() {
  const { t } = useI18n()
  function say(sentence: string): string {
    const told = formOf(sentence, say)
    return told ? t(`jobs.said.${told.key}`, told.values) : sentence
  }
  return say
}
