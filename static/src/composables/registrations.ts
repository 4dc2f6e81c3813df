/** As many as the service takes at once. */
export const maxRegistrations = 100

/** How many accounts to register; null where that is no number the service takes. */
export function registrationCount(text: string): number | null {
  const count = Number(text.trim())
  return Number.isInteger(count) && count >= 1 && count <= maxRegistrations ? count : null
}
