/** Larger than any list of accounts that a person would look through. */
export const maxFileBytes = 16 * 1024 * 1024

/**
 * The text of a file: UTF-8 as the service wants it, or UTF-16 as some editors save it. What is neither becomes U+FFFD,
 * which the service finds faulty: a password with a character guessed wrong would be stored without a word.
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return new TextDecoder('utf-8').decode(bytes)
}
