import { message } from '../core/message.ts'

export const notOurs = message<{ file: string }>('export.not-ours', {
  en: (p) => `${p.file} is there and was not written by this export, or was changed since: nothing was written`,
  fr: (p) => `${p.file} existe et ne vient pas de cet export, ou a changé depuis : rien n'a été écrit`,
})
export const notOursHint = message('export.not-ours-hint', {
  en: () => 'Name another folder with --out, or write over it with --force',
  fr: () => 'Indiquez un autre dossier avec --out, ou remplacez-le avec --force',
})
export const unwritable = message<{ dir: string; detail: string }>('export.unwritable', {
  en: (p) => `the export cannot be written to ${p.dir}: ${p.detail}`,
  fr: (p) => `l'export ne peut pas être écrit dans ${p.dir} : ${p.detail}`,
})
export const unwritableHint = message('export.unwritable-hint', {
  en: () => 'Name a folder that you may write to: --out DIR',
  fr: () => 'Indiquez un dossier où vous pouvez écrire : --out DIR',
})
export const writeMessages = [notOurs, notOursHint, unwritable, unwritableHint]
