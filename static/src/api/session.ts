import { request } from './request'
import type { Me } from './types'

export const sessionApi = {
  me: (signal?: AbortSignal) => request<Me>('GET', '/api/me', undefined, signal),
  login: (password: string) => request('POST', '/api/login', { password }),
  logout: () => request('POST', '/api/logout'),
}
