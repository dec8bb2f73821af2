import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type GitOptions, git, gitMessages, gitProblem } from '../git.ts'

const dirty = message<{ changed: number; untracked: number; conflicts: number; example: string }>('git.dirty', {
  en: (p) => `${p.changed} changed, ${p.untracked} untracked, ${p.conflicts} in conflict (${p.example})`,
  fr: (p) => `${p.changed} modifiés, ${p.untracked} non suivis, ${p.conflicts} en conflit (${p.example})`,
})
const remedy = message('git.dirty-remedy', {
  en: () => 'Commit it, or throw it away: what runs is not what is in the repository',
  fr: () => "Validez-le ou écartez-le : ce qui tourne n'est pas ce qui est dans le dépôt",
})
const clean = message<{ head: string }>('git.clean', {
  en: (p) => `clean at ${p.head}`,
  fr: (p) => `propre en ${p.head}`,
})

/** Is anything changed that is not committed? */
export const cleanCheck = defineCheck<GitOptions>()({
  kind: 'git-clean',
  summary: message('git.clean-summary', {
    en: () => 'nothing is left uncommitted',
    fr: () => "rien n'est resté non validé",
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...gitMessages, dirty, remedy, clean],
  probe: async ({ options }, _, ctx) => ({
    status: await git(options, ['status', '--porcelain=v1', '-z', '--untracked-files=normal'], ctx),
    head: await git(options, ['rev-parse', '--short', 'HEAD'], ctx),
  }),
  judge: ({ status, head }) => {
    const problem = gitProblem(status) ?? gitProblem(head)
    if (problem !== undefined) return problem
    const entries = status.stdout.split('\0').filter((entry) => /^[ MTADRCU?!]{2} /.test(entry))
    const untracked = entries.filter((entry) => entry.startsWith('??')).length
    const conflicts = entries.filter((entry) => /^(?:DD|AU|UD|UA|DU|AA|UU)/.test(entry)).length
    const changed = entries.length - untracked - conflicts
    const seen = { saw: 1, measurements: { changed_files: changed, untracked_files: untracked, conflicts } }
    if (entries.length === 0) return { status: 'pass', ...seen, reason: clean({ head: head.stdout.trim() }) }
    const example = entries[0]?.slice(3, 63) ?? ''
    return { status: 'warn', ...seen, reason: dirty({ changed, untracked, conflicts, example }), remedy: remedy({}) }
  },
})
