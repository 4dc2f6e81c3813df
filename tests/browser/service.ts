import { randomBytes } from 'node:crypto'

import { expect, type APIRequestContext, type APIResponse } from '@playwright/test'

export const password = process.env.DREAMINA_PASSWORD ?? 'admin123'

/** The stand-in for the upstream and the register service; its --help tells of its script. */
const standIn = process.env.DREAMINA_STAND_IN ?? ''

const headers = { Authorization: `Bearer ${password}` }

export interface Seed {
  name: string
  region?: string
  /** False: none; text: this one, which rules of the stand-in can name. */
  session?: boolean | string
  points?: number
}

export const randomSession = () => randomBytes(16).toString('hex')

/** The service as a script sees it. Its accounts carry a mark of their own, so that tests run beside each other. */
export class Service {
  readonly mark = `t${randomBytes(5).toString('hex')}`

  private model: string | null = null

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
        session_id: typeof session === 'string' ? session : session ? randomSession() : null,
      }
      const answer = await this.http.post('/api/accounts', { headers, data })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
  }

  async account(name: string) {
    return (await this.accounts(this.email(name))).find((account) => account.email === this.email(name))
  }

  /** At most a thousand. */
  async accounts(email = this.mark): Promise<(Record<string, unknown> & { id: number; email: string })[]> {
    const answer = await this.http.get('/api/accounts', {
      headers,
      params: { email, size: 1000 },
    })
    expect(answer.ok(), await answer.text()).toBe(true)
    return (await answer.json()).items
  }

  async change(name: string, data: object): Promise<void> {
    const account = await this.account(name)
    const answer = await this.http.put(`/api/accounts/${account!.id}`, {
      headers,
      data,
    })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  async remove(name: string): Promise<void> {
    const account = await this.account(name)
    const answer = await this.http.delete(`/api/accounts/${account!.id}`, {
      headers,
    })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  /** One setting, for a test to look at, change and put back. */
  setting(key: string) {
    const post = async (data: object) => {
      const answer = await this.http.post('/api/settings', { headers, data })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
    return {
      value: async (): Promise<unknown> => (await (await this.http.get('/api/settings', { headers })).json())[key],
      change: (value: unknown) => post({ [key]: value }),
      reset: () => post({ reset: [key] }),
    }
  }

  async get(path: string) {
    const answer = await this.http.get(path, { headers })
    expect(answer.ok(), await answer.text()).toBe(true)
    return answer.json()
  }

  async post(path: string, data?: object) {
    const answer = await this.http.post(path, { headers, data })
    expect(answer.ok(), await answer.text()).toBe(true)
    return answer.json()
  }

  addKey(name: string, terms: object = {}): Promise<{ id: number; key: string; prefix: string }> {
    return this.post('/api/keys', { name, ...terms })
  }

  /** Where a key's events go: to the stand-in, which answers them as its script says. Returns its path there. */
  async addWebhook(key: number): Promise<string> {
    const path = `/v1/hook-${this.mark}`
    const answer = await this.http.put(`/api/keys/${key}/webhook`, { headers, data: { url: `${standIn}${path}` } })
    expect(answer.ok(), await answer.text()).toBe(true)
    return path
  }

  /** Files of the stand-in that the answers of a model name from now on. */
  async makes(model: string, files: { type: string; content: Buffer }[]): Promise<void> {
    const paths = files.map((_, at) => `/v1/made/${this.mark}-${at}`)
    await this.script(
      {
        path: '/v1/*',
        model,
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ created: 1, data: this.named(paths) }),
      },
      ...files.map(({ type, content }, at) => ({
        path: paths[at],
        method: 'GET',
        status: 200,
        headers: { 'Content-Type': type },
        body_base64: content.toString('base64'),
      })),
    )
  }

  private named(paths: string[]) {
    return paths.map((path) => ({ url: `${standIn}${path}` }))
  }

  /** The numbers of the lines that an import refuses; it must refuse one at least, for else it imports them. */
  async faultyLines(credentials: string): Promise<number[]> {
    const answer = await this.http.post('/api/accounts/bulk', {
      headers,
      data: { credentials },
    })
    expect(answer.status(), await answer.text()).toBe(400)
    const errors: string[] = (await answer.json()).detail.parse_errors
    return errors.map((error) => Number(/^line (\d+):/.exec(error)![1]))
  }

  /** A model of this test's own, offered in one region alone: only accounts there are asked for it. */
  async addModel(region: string, fields: object = {}): Promise<string> {
    const id = `model-${this.mark}`
    const answer = await this.http.post('/api/models', {
      headers,
      data: { id, regions: [region], ...fields },
    })
    expect(answer.ok(), await answer.text()).toBe(true)
    this.model = id
    // Each worker reloads the catalogue within a second; many answers in a row come from all of them.
    let seen = 0
    await expect(async () => {
      const { data } = await (await this.http.get('/v1/models', { headers })).json()
      seen = data.some((model: { id: string }) => model.id === id) ? seen + 1 : 0
      expect(seen).toBeGreaterThan(12)
    }).toPass({ intervals: [50] })
    return id
  }

  /** A client's request. Returns when it is in the log too, some milliseconds after its answer. */
  async generate(model: string, more: object = {}, key: string = password): Promise<APIResponse> {
    const answer = await this.http.post('/v1/images/generations', {
      headers: { Authorization: `Bearer ${key}` },
      data: { model, prompt: 'a lighthouse in a storm', ...more },
    })
    const id = answer.headers()['x-dreamina-request-id']
    await expect(async () => {
      const row = await this.http.get(`/api/requests/${id}`, { headers })
      expect(row.ok()).toBe(true)
    }).toPass({ intervals: [20] })
    return answer
  }

  /** Asks for a picture that is fetched later; the generation's id. */
  async queue(model: string, key: string = password): Promise<string> {
    const answer = await this.http.post('/v1/images/generations', {
      headers: { Authorization: `Bearer ${key}`, Prefer: 'respond-async' },
      data: { model, prompt: 'a lighthouse in a storm' },
    })
    expect(answer.status(), await answer.text()).toBe(202)
    return (await answer.json()).id
  }

  /** Adds rules to the stand-in's script; they should name this test's model or sessions, for others use it too. */
  async script(...rules: object[]): Promise<void> {
    await this.tellStandIn('PUT', '/_script', rules)
  }

  /** Ends the delays of answers that the stand-in holds back. */
  async release(): Promise<void> {
    await this.tellStandIn('POST', '/_release', {})
  }

  /** What sessions have at the stand-in: points, or "error". */
  async points(of: Record<string, number | string>): Promise<void> {
    await this.tellStandIn('POST', '/_points', of)
  }

  async order(job: object): Promise<number> {
    const answer = await this.http.post('/api/jobs', { headers, data: job })
    expect(answer.status(), await answer.text()).toBe(202)
    return (await answer.json()).job.id
  }

  async job(id: number) {
    return (await this.http.get(`/api/jobs/${id}`, { headers })).json()
  }

  async bulk(credentials: string, session_ids: string, region = 'us'): Promise<void> {
    const answer = await this.http.post('/api/accounts/bulk', {
      headers,
      data: { credentials, session_ids, region },
    })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  private async tellStandIn(method: string, path: string, data: object): Promise<void> {
    const answer = await this.http.fetch(`${standIn}${path}`, { method, data })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  async ban(name: string, hours: number): Promise<void> {
    await this.act({
      action: 'ban',
      accounts: [(await this.account(name))!.id],
      duration_hours: hours,
    })
  }

  /** Many at once; their names count from `n0`. */
  async seedMany(count: number): Promise<void> {
    const lines = Array.from(
      { length: count },
      (_, at) => `${this.email(`n${at}`)}:pw:us:${randomBytes(16).toString('hex')}`,
    )
    const answer = await this.http.post('/api/accounts/bulk', {
      headers,
      data: { credentials: lines.join('\n') },
    })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  async act(order: object): Promise<void> {
    const answer = await this.http.post('/api/accounts/actions', {
      headers,
      data: order,
    })
    expect(answer.ok(), await answer.text()).toBe(true)
  }

  async clear(): Promise<void> {
    for (const { id } of (await this.get(`/api/keys?name=${this.mark}`)).items) {
      await this.http.post(`/api/keys/${id}/revoke`, { headers })
      await this.http.delete(`/api/keys/${id}`, { headers })
    }
    if (this.model) await this.http.delete(`/api/models/${this.model}`, { headers })
    await this.act({ action: 'delete', accounts: { email: this.mark } })
  }
}
