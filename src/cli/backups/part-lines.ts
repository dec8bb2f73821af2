import type { BackupRecord } from '../../core/backup-record.ts'
import { message } from '../../core/message.ts'
import type { Output } from '../output.ts'

const copied = message<{ component: string; name: string; bytes: number; storedBytes: number }>('cli.backups-part', {
  en: (p, f) => `${p.component}/${p.name}: ${f.bytes(p.bytes)}, stored as ${f.bytes(p.storedBytes)}`,
  fr: (p, f) => `${p.component}/${p.name} : ${f.bytes(p.bytes)}, enregistré sur ${f.bytes(p.storedBytes)}`,
})
const missing = message<{ component: string; name: string }>('cli.backups-part-missing', {
  en: (p) => `${p.component}/${p.name} is not in it`,
  fr: (p) => `${p.component}/${p.name} n'y est pas`,
})
export const partLineTexts = [copied, missing]

/** The parts of one backup, each with what its reader must know. */
export function partLines({ parts }: BackupRecord, { text, settings }: Output): readonly string[] {
  const sign = (isGood: boolean): string => (settings.hasSigns ? (isGood ? '✓ ' : '✕ ') : '')
  return [
    '',
    ...parts.flatMap(({ component, name, status, bytes, storedBytes, notes = [], failure }) => {
      const isThere = status === 'succeeded'
      const line = isThere ? copied({ component, name, bytes, storedBytes }) : missing({ component, name })
      const more = [...(failure === undefined ? [] : [failure]), ...notes]
      return [`${sign(isThere)}${text(line)}`, ...more.map((one) => `  ${text(one)}`)]
    }),
  ]
}
