import { call, type Schema } from './call'

export type Session = Schema<'Session'>

export const sessionApi = {
  me: (signal?: AbortSignal) => call('GET', '/api/me', {}, signal),
  login: (password: string) => call('POST', '/api/login', { body: { password } }),
  logout: () => call('POST', '/api/logout'),
  list: (signal?: AbortSignal) => call('GET', '/api/sessions', {}, signal),
  end: (id: number) => call('DELETE', '/api/sessions/{id}', { path: { id } }),
  endOthers: () => call('DELETE', '/api/sessions'),
}
