import { useI18n } from 'vue-i18n'

/** Words of the service in the page's language; one that this page does not know yet is shown as it is. */
export function useNames() {
  const { t, te } = useI18n()
  return (group: string, word: string) => (te(`${group}.${word}`) ? t(`${group}.${word}`) : word)
}
