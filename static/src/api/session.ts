import { request } from './request'
import type { Me } from './types'

export interface Session {
  id: number
  created_at: string
  last_seen_at: string
  expires_at: string
  address: string
  user_agent: string
  /** The one that asks. */
  current: boolean
}

export const sessionApi = {
  me: (signal?: AbortSignal) => request<Me>('GET', '/api/me', undefined, signal),
  login: (password: string) => request('POST', '/api/login', { password }),
  logout: () => request('POST', '/api/logout'),
  list: (signal?: AbortSignal) => request<{ items: Session[] }>('GET', '/api/sessions', undefined, signal),
  end: (id: number) => request('DELETE', `/api/sessions/${id}`),
  endOthers: () => request('DELETE', '/api/sessions'),
}
