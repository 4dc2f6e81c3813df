export interface PasswordForm {
  password: string
  again: string
}

/** The key of what is wrong with each field, below `password`; the service has the last word. */
export function problemsOf({ password, again }: PasswordForm): { password?: string; again?: string } {
  if (password === '') return { password: 'empty' }
  return again === password ? {} : { again: 'differs' }
}
