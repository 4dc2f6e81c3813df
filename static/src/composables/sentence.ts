/** What the catalogue has in the middle of a sentence, as one of its own: “Must not be empty.” */
export function asSentence(text: string, locale: string): string {
  const stop = /[.!?。！？]$/.test(text) ? '' : locale.startsWith('zh') ? '。' : '.'
  return text.charAt(0).toUpperCase() + text.slice(1) + stop
}
