import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { shellWord } from '../../../core/shell-word.ts'
import type { FindingDraft } from '../../../core/verdict.ts'
import { exceptFor, type LeftOut } from '../left-out.ts'
import { blindness, observe } from '../observe.ts'
import type { FilesOptions } from '../options.ts'
import { filesMessages } from '../root.ts'

const tooOpen = message<{ path: string; mode: string }>('files.too-open', {
  en: (p) => `${p.path} has mode ${p.mode}: anyone on this machine can change it, or it runs with its owner's rights`,
  fr: (p) =>
    `${p.path} est en mode ${p.mode} : tout utilisateur peut le modifier, ou il s'exécute avec les droits de son propriétaire`,
})
const remedy = message<{ path: string }>('files.too-open-remedy', {
  en: (p) => `chmod o-w,ug-s ${p.path}`,
  fr: (p) => `chmod o-w,ug-s ${p.path}`,
})
const fine = message<{ count: number; leftOut: LeftOut }>('files.permissions-fine', {
  en: (p, f) => `${f.number(p.count)} files, none writable by all${exceptFor.en(p, f)}`,
  fr: (p, f) => `${f.number(p.count)} fichiers, aucun modifiable par tous${exceptFor.fr(p, f)}`,
})

/** Writable by all, or setuid or setgid. */
const openBits = 0o6002
const shown = 50

/** May anyone write to these files, or do any run with their owner's rights? */
export const permissionsCheck = defineCheck<FilesOptions>()({
  kind: 'files-permissions',
  summary: message('files.permissions-summary', {
    en: () => 'files are not writable by all',
    fr: () => 'aucun fichier modifiable par tous',
  }),
  options: z.strictObject({ glob: z.string().default('**/*') }),
  cadence: 'weekly',
  criticality: 'important',
  timeoutMs: 120_000,
  messages: [...filesMessages, tooOpen, remedy, fine],
  probe: ({ options }, { glob }, ctx) => observe(options, glob, false, ctx),
  judge: (sample) => {
    const blind = blindness(sample)
    if (blind !== undefined) return blind
    const open = sample.files.filter(({ mode }) => (mode & openBits) !== 0)
    const seen = { saw: sample.files.length, measurements: { open_files: open.length } }
    const findings = open.slice(0, shown).map(({ path, mode }): FindingDraft => {
      const title = tooOpen({ path, mode: mode.toString(8) })
      return { subject: path, severity: 'medium', title, remedy: remedy({ path: shellWord(path) }) }
    })
    const [first] = findings
    if (first !== undefined) return { status: 'warn', ...seen, findings, reason: first.title }
    return { status: 'pass', ...seen, reason: fine({ count: sample.files.length, leftOut: sample.leftOut }) }
  },
})
