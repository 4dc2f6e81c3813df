import { useI18n } from 'vue-i18n'

import { saveFile } from '@/composables/save_file'
import type { ImportRun } from './import_run'
import type { Reading } from './reading'
import { reportOf } from './report'
import { useFaultText } from './use_fault_text'

/** Hands out the report of an import as a file. */
export function useReport() {
  const { t } = useI18n()
  const faultText = useFaultText()
  return (run: ImportRun, reading: Reading) => {
    const text = reportOf(reading, run.results, (result, line) => {
      if (line.fault) return faultText(line.fault)
      return result === 'created' ? '' : t(`accountImport.reason.${result}`, { line: line.sameAs ?? '' })
    })
    saveFile(`${t('accountImport.reportFile')}.csv`, new Blob([text], { type: 'text/csv' }))
  }
}
