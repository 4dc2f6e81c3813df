import { answer, client } from './client'
import type { Schema } from './types'

export type Session = Schema<'Session'>

export const sessionApi = {
  me: (signal?: AbortSignal) => answer(client.GET('/api/me', { signal })),
  login: (password: string) => answer(client.POST('/api/login', { body: { password } })),
  logout: () => answer(client.POST('/api/logout')),
  list: (signal?: AbortSignal) => answer(client.GET('/api/sessions', { signal })),
  end: (id: number) => answer(client.DELETE('/api/sessions/{id}', { params: { path: { id } } })),
  endOthers: () => answer(client.DELETE('/api/sessions')),
}
