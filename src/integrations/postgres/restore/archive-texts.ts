import { message } from '../../../core/message.ts'

export const archiveCut = message('postgres.archive-cut', {
  en: () => 'the dump ends in the middle',
  fr: () => "le dump s'arrête au milieu",
})
export const archiveCutRemedy = message('postgres.archive-cut-remedy', {
  en: () => 'Look at the whole of it: vigie backups verify; and take another backup: vigie backups list',
  fr: () => "Examinez l'ensemble : vigie backups verify ; et prenez une autre sauvegarde : vigie backups list",
})

type Why = 'no-archive' | 'format' | 'compressed' | 'damaged'
const english: Readonly<Record<Why, string>> = {
  'no-archive': 'what is stored as a dump is none of pg_dump -Fc',
  format: 'the dump is of a format that this Vigie does not know',
  compressed: 'the dump is packed by pg_dump itself, which is not how Vigie makes them',
  damaged: 'the dump is not put together as pg_dump does it',
}
const french: Readonly<Record<Why, string>> = {
  'no-archive': "ce qui est conservé comme dump n'en est pas un de pg_dump -Fc",
  format: 'le dump est dans un format que ce Vigie ne connaît pas',
  compressed: 'le dump est compressé par pg_dump lui-même, ce que Vigie ne fait pas',
  damaged: "le dump n'est pas construit comme pg_dump le fait",
}
export const archiveNotOurs = message<{ why: Why; detail: string }>('postgres.archive-not-ours', {
  en: (p) => `${english[p.why]}${p.detail && ` (${p.detail})`}`,
  fr: (p) => `${french[p.why]}${p.detail && ` (${p.detail})`}`,
})
export const archiveNotOursRemedy = message<{ why: Why }>('postgres.archive-not-ours-remedy', {
  en: (p) =>
    p.why === 'damaged'
      ? 'Take an older backup: vigie backups list'
      : 'Restore the whole database by hand with pg_restore, as the manifest of the backup says',
  fr: (p) =>
    p.why === 'damaged'
      ? 'Prenez une sauvegarde plus ancienne : vigie backups list'
      : "Restaurez la base entière à la main avec pg_restore, comme l'indique le manifeste de la sauvegarde",
})
export const archiveTexts = [archiveCut, archiveCutRemedy, archiveNotOurs, archiveNotOursRemedy]
