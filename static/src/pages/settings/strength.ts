export type Strength = 'weak' | 'fair' | 'good'

/** What guessers try first. */
const known = ['password', 'passw0rd', 'admin', 'administrator', 'dreamina', 'qwerty', 'letmein', 'welcome', '123456']

/** A hint, no more: how long a guesser would take, by length and by what the password is made of. */
export function strengthOf(password: string): Strength {
  const bits = [...squeezed(password)].length * Math.log2(alphabetOf(password))
  if (bits < 45) return 'weak'
  return bits < 80 ? 'fair' : 'good'
}

/** Runs such as “aaaa” and “1234” and well-known words count as one letter each. */
function squeezed(password: string): string {
  let rest = password.toLowerCase()
  for (const word of known) rest = rest.replaceAll(word, '*')
  let kept = ''
  let before = NaN
  let step = NaN
  for (const letter of rest) {
    const code = letter.codePointAt(0)!
    const next = code - before
    const goesOn = next === step && Math.abs(next) <= 1
    step = next
    before = code
    if (!goesOn) kept += letter
  }
  return kept
}

function alphabetOf(password: string): number {
  const kinds: [RegExp, number][] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[ -/:-@[-`{-~]/, 33],
    [/[^\x20-\x7e]/, 500],
  ]
  return Math.max(
    2,
    kinds.reduce((size, [kind, more]) => size + (kind.test(password) ? more : 0), 0),
  )
}
