import { useI18n } from 'vue-i18n'

import type { ImportFault } from '@/api/types'

/** What is wrong with a line, in the page's words; in the service's own where the page has none. */
export function useFaultText() {
  const { t, te } = useI18n()
  return ({ code, message, facts }: ImportFault): string => {
    if (!te(`accountImport.fault.${code}`)) return message
    const shown = { ...facts }
    for (const name of ['region', 'prefix'] as const) if (shown[name]) shown[name] = shown[name].toUpperCase()
    for (const name of ['own', 'wanted'] as const)
      if (shown[name] === '\t') shown[name] = t('accountImport.preview.tab')
    return t(`accountImport.fault.${code}`, shown)
  }
}
