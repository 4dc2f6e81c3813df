/** A moment as a field for a local date and time holds it: 2026-11-22T11:28. */
export function toLocal(at: string): string {
  const moment = new Date(at)
  if (Number.isNaN(moment.getTime())) return ''
  const two = (value: number) => String(value).padStart(2, '0')
  const date = `${String(moment.getFullYear()).padStart(4, '0')}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`
  return `${date}T${two(moment.getHours())}:${two(moment.getMinutes())}`
}

/** The moment that such a field means, as the API takes it; empty for none. */
export function fromLocal(text: string): string {
  const moment = new Date(text)
  return text === '' || Number.isNaN(moment.getTime()) ? '' : moment.toISOString()
}
