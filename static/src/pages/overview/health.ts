import type { HealthCheck } from '@/api/overview'
import type { ServiceMessage } from '@/composables/service_messages'

/** Where one sees, or mends, what a check found. */
const ways: Record<string, string> = {
  'settings.bad': '/settings',
  'upstream.outage': '/requests?outcome=upstream_failed',
  'accounts.all_idle': '/accounts',
  'accounts.idle_regions': '/accounts',
  'accounts.unserved_models': '/accounts',
  'jobs.failed': '/jobs?state=failed',
  'disk.low_space': '/settings',
  'webhooks.off': '/keys',
  'webhooks.failing': '/keys',
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
  const params = checks.find((check) => check.name === 'time_zone')?.params
  return params && { zone: String(params.zone), offset: String(params.offset) }
}

/** What the service's catalogue says of a finding, and of what to do. */
export function messagesOf(check: HealthCheck): { what: ServiceMessage; todo: ServiceMessage } {
  const code = `health.${findingOf(check)}`
  return {
    what: { code: `${code}.summary`, params: check.params },
    todo: { code: `${code}.advice`, params: check.params },
  }
}
