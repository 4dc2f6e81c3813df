import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

import { example, languages, modelToTry } from './examples'

const request = { origin: 'https://pool.example:8443', key: 'sk-dm-abc', model: 'jimeng-4.0', prompt: `a cat's "hat"` }

test.each(languages)('%s takes the real address, key and model', (language) => {
  const text = example(language, request)
  for (const part of ['https://pool.example:8443/v1', 'sk-dm-abc', '"jimeng-4.0"']) expect(text).toContain(part)
})

test('a shell hands the body on as it is meant', () => {
  const words = example('curl', request).replace('curl', "printf '%s\\n'")
  const body = execFileSync('sh', ['-c', words]).toString().trim().split('\n').at(-1)!
  expect(JSON.parse(body)).toEqual({ model: 'jimeng-4.0', prompt: request.prompt })
})

test('an image model that works now is tried first', () => {
  const model = (id: string, usable: number) => ({ id, usable })
  expect(modelToTry([model('video-3.0', 9), model('jimeng-4.0', 0), model('nanobanana', 2)])).toBe('nanobanana')
  expect(modelToTry([model('video-3.0', 9), model('jimeng-4.0', 0)])).toBe('jimeng-4.0')
  expect(modelToTry([])).toBe('')
})
