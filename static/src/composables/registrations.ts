/** As many as the service takes at once. */
export const mostRegistrations = 100

/** How many accounts to register; null where that is no number the service takes. */
export function registrationCount(text: string): number | null {
  const count = Number(text.trim())
  return Number.isInteger(count) && count >= 1 && count <= mostRegistrations ? count : null
}
