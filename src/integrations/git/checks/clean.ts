import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { changedFiles } from '../changed-files.ts'
import { type GitOptions, git, notARemote } from '../git.ts'
import { gitProblem, problemMessages } from '../problem.ts'

interface Counts {
  readonly [key: string]: number | string | boolean
  readonly changed: number
  readonly untracked: number
  readonly conflicts: number
  readonly example: string
  /** There were more than git's answer could be kept of. */
  readonly isMore: boolean
}

const dirty = message<Counts>('git.dirty', {
  en: (p, f) =>
    `${p.isMore ? 'at least ' : ''}${f.number(p.changed)} changed, ${f.number(p.untracked)} untracked, ${f.number(p.conflicts)} in conflict (${p.example})`,
  fr: (p, f) =>
    `${p.isMore ? 'au moins ' : ''}${f.number(p.changed)} modifiés, ${f.number(p.untracked)} non suivis, ${f.number(p.conflicts)} en conflit (${p.example})`,
})
const remedy = message('git.dirty-remedy', {
  en: () => 'Commit it, or throw it away: what runs is not what is in the repository',
  fr: () => "Validez-le ou écartez-le : ce qui tourne n'est pas ce qui est dans le dépôt",
})
const clean = message<{ head: string }>('git.clean', {
  en: (p) => `clean at ${p.head}`,
  fr: (p) => `propre en ${p.head}`,
})

/** Room for some 100,000 paths. */
const maxStatusBytes = 8_000_000
const shownOfPath = 60

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
  messages: [...problemMessages, notARemote, dirty, remedy, clean],
  probe: async ({ options }, _, ctx) => ({
    status: await git(options, ['status', '--porcelain=v1', '-z', '--untracked-files=normal'], ctx, maxStatusBytes),
    head: await git(options, ['rev-parse', '--short', '--verify', 'HEAD'], ctx),
  }),
  judge: ({ status, head }) => {
    const problem = gitProblem(status) ?? gitProblem(head)
    if (problem !== undefined) return problem
    const { changed, untracked, conflicts, example } = changedFiles(status.stdout)
    const isMore = status.isTruncated
    const measurements = { changed_files: changed, untracked_files: untracked, conflicts }
    if (example === undefined) {
      return { status: 'pass', saw: 1, measurements, reason: clean({ head: head.stdout.trim() }) }
    }
    const shown = example.slice(0, shownOfPath).toWellFormed()
    const reason = dirty({ changed, untracked, conflicts, isMore, example: shown })
    return { status: 'warn', saw: 1, ...(!isMore && { measurements }), reason, remedy: remedy({}) }
  },
})
