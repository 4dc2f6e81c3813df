import { builtinEnvironments, type Environment } from 'vitest/environments'

let made: Promise<unknown> | undefined

/**
 * jsdom with one document for all files that a thread runs: they share what is loaded, and Vue keeps the document that
 * it found when it was loaded.
 */
export default {
  ...builtinEnvironments.jsdom,
  async setup(global, options) {
    made ??= Promise.resolve(builtinEnvironments.jsdom.setup(global, options))
    await made
    return { teardown: () => undefined }
  },
} satisfies Environment
