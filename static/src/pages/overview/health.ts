import type { HealthCheck } from '@/api/overview'

/** Where one sees, or mends, what a check found. */
const ways: Record<string, string> = {
  'settings.bad': '/settings',
  'upstream.outage': '/requests?outcome=upstream_failed',
  'accounts.all_idle': '/accounts',
  'accounts.idle_regions': '/accounts',
  'accounts.unserved_models': '/accounts',
  'jobs.failed': '/jobs?state=failed',
  'disk.little_room': '/settings',
}

/** The page says these by itself, in a place of their own. */
const saidElsewhere = ['password.default', 'accounts.none']

const order = ['fault', 'warning']

export const findingOf = ({ name, code }: HealthCheck) => `${name}.${code}`
/** Whatever is wrong with the upstream's address is put right in the settings. */
export const wayOf = (check: HealthCheck): string | undefined =>
  ways[findingOf(check)] ?? (check.name === 'upstream' ? '/settings' : undefined)

/** What wants attention, the worst first. */
export function troubles(checks: HealthCheck[]): HealthCheck[] {
  return checks
    .filter((check) => check.state !== 'ok' && !saidElsewhere.includes(findingOf(check)))
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
}

/** The upstream does not answer when it is asked. */
export const isSilent = (checks: HealthCheck[]) =>
  checks.some((check) => check.name === 'upstream' && check.state === 'fault' && check.code !== 'outage')

/** The service's time zone, which its schedule goes by. */
export function zoneOf(checks: HealthCheck[]): { zone: string; offset: string } | undefined {
  const facts = checks.find((check) => check.name === 'time_zone')?.facts
  return facts && { zone: String(facts.zone), offset: String(facts.offset) }
}

export interface Wording {
  time: (at: string) => string
  list: (words: string[]) => string
  job: (name: string) => string
  megabytes: (bytes: number) => string
}

/** A check's facts as a sentence takes them. */
export function factsOf({ facts }: HealthCheck, say: Wording): Record<string, string> {
  const said: Record<string, string> = {}
  for (const [name, fact] of Object.entries(facts)) {
    if (Array.isArray(fact))
      said[name] = say.list(
        name === 'names' ? fact.map(say.job) : name === 'regions' ? fact.map((each) => each.toUpperCase()) : fact,
      )
    else if (name === 'at' || name === 'since') said[name] = say.time(String(fact))
    else if (name.endsWith('bytes')) said[name] = say.megabytes(Number(fact))
    else said[name] = String(fact)
  }
  return said
}
