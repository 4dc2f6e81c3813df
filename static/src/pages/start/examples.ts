import type { ModelFigures } from '@/api/overview'

export interface Request {
  /** Of this service, without a path. */
  origin: string
  key: string
  model: string
  prompt: string
}

export const languages = ['curl', 'Python', 'JavaScript'] as const
export type Language = (typeof languages)[number]

/** Where OpenAI clients look for the rest. */
export const baseUrl = (origin: string) => `${origin}/v1`

/** JSON's strings are those of Python and JavaScript too. */
const text = (value: string) => JSON.stringify(value)
/** One word of a shell, whatever is in it. */
const word = (value: string) => `'${value.replaceAll("'", `'\\''`)}'`

const writers: Record<Language, (request: Request) => string> = {
  curl: ({ origin, key, model, prompt }) =>
    [
      `curl ${baseUrl(origin)}/images/generations \\`,
      `  -H ${word(`Authorization: Bearer ${key}`)} \\`,
      `  -H 'Content-Type: application/json' \\`,
      `  -d ${word(`{"model": ${text(model)}, "prompt": ${text(prompt)}}`)}`,
    ].join('\n'),
  Python: ({ origin, key, model, prompt }) =>
    [
      'from openai import OpenAI',
      '',
      `client = OpenAI(base_url=${text(baseUrl(origin))}, api_key=${text(key)})`,
      `answer = client.images.generate(model=${text(model)}, prompt=${text(prompt)})`,
      'print(answer.data[0].url)',
    ].join('\n'),
  JavaScript: ({ origin, key, model, prompt }) =>
    [
      `import OpenAI from "openai"`,
      '',
      `const client = new OpenAI({ baseURL: ${text(baseUrl(origin))}, apiKey: ${text(key)} })`,
      `const answer = await client.images.generate({ model: ${text(model)}, prompt: ${text(prompt)} })`,
      'console.log(answer.data[0].url)',
    ].join('\n'),
}

export const example = (language: Language, request: Request) => writers[language](request)

/** An image's model, if there is one that an account can serve now: it answers soonest. */
export function modelToTry(models: Pick<ModelFigures, 'id' | 'usable'>[]): string {
  const images = models.filter(({ id }) => !id.includes('video'))
  return (images.find(({ usable }) => usable > 0) ?? images[0] ?? models[0])?.id ?? ''
}
