import './jsdom'

import { expect, test } from 'vitest'

import { answer, client } from '@/api/client'
import { ApiError, Unreachable } from '@/api/request'
import type { Schema } from '@/api/types'

import { me } from './answers'
import { FakeService, misfit, NoAnswer } from './fake_service'

test('a route answers with what its description says, a refusal, or not at all', async () => {
  const service = new FakeService()
  service.on('GET', '/api/me', me({ version: '9.9.9' }))
  expect(await answer(client.GET('/api/me'))).toMatchObject({ version: '9.9.9' })

  service.on('POST', '/api/jobs/{id}/cancel', misfit('id', 'no_account'))
  await expect(answer(client.POST('/api/jobs/{id}/cancel', { params: { path: { id: 7 } } }))).rejects.toThrow(ApiError)
  expect(service.callsOf('POST', '/api/jobs/{id}/cancel').map(({ path }) => path)).toEqual([{ id: '7' }])

  service.on('GET', '/api/me', new NoAnswer())
  await expect(answer(client.GET('/api/me'))).rejects.toThrow(Unreachable)
  expect(service.faults).toEqual([])
  await expect(answer(client.GET('/api/health'))).rejects.toThrow(ApiError)
  expect(service.faults).toEqual(['no answer stands ready for GET /api/health'])
})

test('what a route would never answer is no program', () => {
  // Only compiled: vue-tsc would complain of a line that turned out to be right.
  const wrong = (service: FakeService) => [
    // @ts-expect-error there is no such route
    service.on('GET', '/api/nothing', {}),
    // @ts-expect-error a field is missing
    service.on('GET', '/api/accounts', { total: 0, page: 1, size: 100 }),
    // @ts-expect-error no account has such a status
    service.on('GET', '/api/accounts/{id}', () => ({ ...account, status: 'tired' })),
    // @ts-expect-error the list knows no such filter
    service.on('GET', '/api/accounts', ({ query }) => ({ ...page, total: Number(query.colour) })),
  ]
  expect(wrong).toBeTypeOf('function')
})

const account = {} as Schema<'Account'>
const page = {} as Schema<'AccountPage'>
