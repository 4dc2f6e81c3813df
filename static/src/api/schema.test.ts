import { readFileSync } from 'node:fs'

import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript'
import { expect, test } from 'vitest'

test('schema.d.ts is what `npm run types` makes of the API’s description', { timeout: 60_000 }, async () => {
  const description = new URL('../../../fcgi-app/api/openapi.json', import.meta.url)
  const made = COMMENT_HEADER + astToString(await openapiTS(description))
  expect(readFileSync(new URL('./schema.d.ts', import.meta.url), 'utf8')).toBe(made)
})
