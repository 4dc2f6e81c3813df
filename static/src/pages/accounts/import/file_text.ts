/** Larger than any list of accounts that a person would look through. */
export const largestFile = 16 * 1024 * 1024

/** Half a character: no text holds it, so a line that does could not be read, and the preview says so. */
const broken = '\uDCFF'

/**
 * The text of a file: UTF-8 as the service wants it, or UTF-16 as some editors save it. A line that is neither is
 * marked, for a password with a character guessed wrong would be stored without a word.
 */
export function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  return (
    exactly(bytes) ??
    lines(bytes)
      .map((line) => exactly(line) ?? new TextDecoder().decode(line) + broken)
      .join('\n')
  )
}

function exactly(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function lines(bytes: Uint8Array): Uint8Array[] {
  const found: Uint8Array[] = []
  let start = 0
  for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
    found.push(bytes.subarray(start, end))
    start = end + 1
  }
  return [...found, bytes.subarray(start)]
}
