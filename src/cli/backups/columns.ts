import type { BackupRecord } from '../../core/backup-record.ts'
import { message } from '../../core/message.ts'
import type { Column } from '../columns.ts'
import type { Output } from '../output.ts'

const title = message<{ column: string }>('cli.backups-title', {
  en: (p) => english[p.column] ?? p.column,
  fr: (p) => french[p.column] ?? p.column,
})
const status = message<{ status: string }>('cli.backups-status', {
  en: (p) => p.status,
  fr: (p) => frenchStatus[p.status] ?? p.status,
})
const proved = message<{ ageMs: number }>('cli.backups-proved', {
  en: (p, f) => `◉ ${f.duration(p.ageMs)} ago`,
  fr: (p, f) => `◉ il y a ${f.duration(p.ageMs)}`,
})
const never = message('cli.backups-never-proved', { en: () => '– never', fr: () => '– jamais' })
export const backupColumnTexts = [title, status, proved, never]

const english: Readonly<Record<string, string>> = {
  id: 'backup',
  entry: 'entry',
  age: 'age',
  status: 'status',
  bytes: 'size',
  stored: 'stored',
  kind: 'kind',
  proved: 'proved',
}
const french: Readonly<Record<string, string>> = {
  id: 'sauvegarde',
  entry: 'entrée',
  age: 'âge',
  status: 'état',
  bytes: 'taille',
  stored: 'stocké',
  kind: 'genre',
  proved: 'prouvée',
}
const frenchStatus: Readonly<Record<string, string>> = {
  running: 'en cours',
  succeeded: 'réussie',
  partial: 'partielle',
  failed: 'échouée',
}
const marks: Readonly<Record<BackupRecord['status'], string>> = {
  running: '◐',
  succeeded: '✓',
  partial: '!',
  failed: '✕',
}

/** What people want to know of a backup at a glance. */
export function backupColumns({ text, format }: Output, now: Date): Column<BackupRecord>[] {
  const sum = ({ parts }: BackupRecord, what: 'bytes' | 'storedBytes'): string =>
    format.bytes(parts.reduce((all, part) => all + part[what], 0))
  return [
    { title: title({ column: 'id' }), cell: ({ id }) => id },
    { title: title({ column: 'entry' }), cell: ({ entry }) => entry, spare: 1 },
    {
      title: title({ column: 'age' }),
      cell: ({ startedAt }) => format.duration(Math.max(0, now.getTime() - startedAt.getTime())),
      isNumber: true,
    },
    {
      title: title({ column: 'status' }),
      cell: (one) => `${marks[one.status]} ${text(status({ status: one.status }))}`,
    },
    { title: title({ column: 'bytes' }), cell: (one) => sum(one, 'bytes'), isNumber: true, spare: 2 },
    { title: title({ column: 'stored' }), cell: (one) => sum(one, 'storedBytes'), isNumber: true },
    {
      title: title({ column: 'proved' }),
      cell: ({ provedAt }) =>
        provedAt === undefined
          ? text(never({}))
          : text(proved({ ageMs: Math.max(0, now.getTime() - provedAt.getTime()) })),
    },
  ]
}
