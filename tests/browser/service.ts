import { randomBytes } from 'node:crypto'

import { expect, type APIRequestContext } from '@playwright/test'

export const password = process.env.DREAMINA_PASSWORD ?? 'admin123'

const headers = { Authorization: `Bearer ${password}` }

export interface Seed {
  name: string
  region?: string
  session?: boolean
  points?: number
}

/** The service as a script sees it. Its accounts carry a mark of their own, so that tests run beside each other. */
export class Service {
  readonly mark = `t${randomBytes(5).toString('hex')}`

  constructor(private readonly http: APIRequestContext) {}

  email(name: string): string {
    return `${name}.${this.mark}@example.com`
  }

  /** The page's address with this test's accounts alone. */
  address(more = ''): string {
    return `/accounts?email=${this.mark}${more}`
  }

  async seed(...seeds: Seed[]): Promise<void> {
    for (const { name, region = 'us', session = true, points = 120 } of seeds) {
      const data = {
        email: this.email(name),
        password: randomBytes(8).toString('hex'),
        region,
        points,
        session_id: session ? randomBytes(16).toString('hex') : null,
      }
      const answer = await this.http.post('/api/accounts', { headers, data })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
  }

  async account(name: string) {
    return (await this.accounts()).find((account) => account.email === this.email(name))
  }

  async accounts(): Promise<Array<Record<string, unknown> & { id: number; email: string }>> {
    const answer = await this.http.get('/api/accounts', { headers, params: { email: this.mark, size: 1000 } })
    expect(answer.ok(), await answer.text()).toBe(true)
    return (await answer.json()).items
  }

  async change(name: string, data: object): Promise<void> {
    const account = await this.account(name)
    const answer = await this.http.put(`/api/accounts/${account!.id}`, { headers, data })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  async remove(name: string): Promise<void> {
    const account = await this.account(name)
    const answer = await this.http.delete(`/api/accounts/${account!.id}`, { headers })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  /** The numbers of the lines that an import refuses; it must refuse one at least, for else it imports them. */
  async faultyLines(credentials: string): Promise<number[]> {
    const answer = await this.http.post('/api/accounts/bulk', { headers, data: { credentials } })
    expect(answer.status(), await answer.text()).toBe(400)
    const errors: string[] = (await answer.json()).detail.parse_errors
    return errors.map((error) => Number(/^line (\d+):/.exec(error)![1]))
  }

  async clear(): Promise<void> {
    // A page of the list at a time, and some at once: an import may have brought thousands.
    for (let page = await this.accounts(); page.length > 0; page = await this.accounts()) {
      for (let at = 0; at < page.length; at += 20) {
        await Promise.all(page.slice(at, at + 20).map(({ id }) => this.http.delete(`/api/accounts/${id}`, { headers })))
      }
    }
  }
}
