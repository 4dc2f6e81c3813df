import { account, ahead } from './answers'
import type { FakeService } from './fake_service'

type Account = ReturnType<typeof account>

/** Lists, changes and takes away accounts as the service does, as far as the page shows it. */
export class FakeAccounts {
  /** What a deletion can be taken back to. */
  private deleted: Account[] = []

  constructor(
    service: FakeService,
    public items: Account[],
  ) {
    service
      .on('GET', '/api/accounts', ({ query }) => this.page(query))
      .on('GET', '/api/models', { items: [] })
      .on('POST', '/api/accounts/actions', ({ body }) => {
        const chosen = this.chosen(body.accounts)
        if (body.action === 'delete') {
          this.deleted = chosen
          this.items = this.items.filter((each) => !chosen.includes(each))
        } else {
          const change = changeOf(body)
          this.items = this.items.map((each) => (chosen.includes(each) ? { ...each, ...change } : each))
        }
        const undo = body.action === 'delete' ? { undo: 'back', undo_until: ahead(10) } : {}
        return { message: 'done', changed: chosen.length, unchanged: 0, missing: 0, ...undo }
      })
      .on('POST', '/api/accounts/undelete', () => {
        this.items = [...this.deleted, ...this.items]
        return { message: 'done', restored: this.deleted.length, skipped: [] }
      })
  }

  change(email: string, changes: Partial<Account>): void {
    this.items = this.items.map((each) => (each.email === email ? { ...each, ...changes } : each))
  }

  private page(query: Partial<Record<string, string>>) {
    const named = (name: string, value: string) => !query[name] || query[name].split(',').includes(value)
    const fits = this.items.filter(
      ({ email, region, status }) =>
        email.includes(query.email ?? '') && named('region', region) && named('status', status),
    )
    const key = (query.sort ?? 'id') as 'id' | 'email' | 'points'
    const sign = query.order === 'desc' ? -1 : 1
    fits.sort((one, other) => sign * (one[key] < other[key] ? -1 : 1))
    const [page, size] = [Number(query.page ?? 1), Number(query.size ?? 100)]
    return { total: fits.length, page, size, items: fits.slice((page - 1) * size, page * size) }
  }

  private chosen(choice: number[] | { email?: string | null }): Account[] {
    return this.items.filter(({ id, email }) =>
      Array.isArray(choice) ? choice.includes(id) : email.includes(choice.email ?? ''),
    )
  }
}

function changeOf(order: {
  action: string
  duration_hours?: number | null
  region?: Account['region']
}): Partial<Account> {
  switch (order.action) {
    case 'ban':
      return {
        status: 'banned',
        is_banned: true,
        ban_until: order.duration_hours == null ? null : ahead(order.duration_hours * 3600),
        status_message: { code: 'account.administrator', params: {} },
      }
    case 'region':
      return { region: order.region }
    case 'disable':
      return { status: 'disabled', status_message: { code: 'account.disabled', params: {} } }
    default:
      return { status: 'active', is_banned: false, ban_until: null, status_message: null }
  }
}
