import type { Formatter } from '../../core/formatter.ts'
import { message } from '../../core/message.ts'
import { problemMessages } from './problem.ts'

const commits = (count: number, f: Formatter): string =>
  f.plural(count, { one: '1 commit', other: `${f.number(count, 0)} commits` })

export const noBranch = message<{ branch: string; remote: string }>('git.no-remote-branch', {
  en: (p) => `could not tell: ${p.remote} has no branch ${p.branch}`,
  fr: (p) => `indéterminé : ${p.remote} n'a pas de branche ${p.branch}`,
})
export const noBranchRemedy = message<{ branch: string; remote: string }>('git.no-remote-branch-remedy', {
  en: (p) => `git push --set-upstream ${p.remote} ${p.branch}, or switch to a branch that ${p.remote} has`,
  fr: (p) => `git push --set-upstream ${p.remote} ${p.branch}, ou passez sur une branche que ${p.remote} connaît`,
})
export const detached = message<{ head: string }>('git.detached', {
  en: (p) => `could not tell: no branch is checked out, only the commit ${p.head}`,
  fr: (p) => `indéterminé : aucune branche n'est extraite, seulement le commit ${p.head}`,
})
export const detachedRemedy = message('git.detached-remedy', {
  en: () =>
    'git switch BRANCH; where releases are checked out by their tag, leave the check out: checks: { behind: false }',
  fr: () => 'git switch BRANCHE ; si vous déployez par étiquette, retirez ce contrôle : checks: { behind: false }',
})
export const behind = message<{ branch: string; remote: string; head: string }>('git.behind', {
  en: (p) => `${p.branch} is not at ${p.remote}'s ${p.head}`,
  fr: (p) => `${p.branch} n'est pas au niveau de ${p.remote} (${p.head})`,
})
export const behindBy = message<{ branch: string; remote: string; count: number }>('git.behind-by', {
  en: (p, f) => `${p.branch} lacks ${commits(p.count, f)} that ${p.remote} has`,
  fr: (p, f) => `il manque à ${p.branch} ${commits(p.count, f)} de ${p.remote}`,
})
export const ahead = message<{ branch: string; remote: string; count: number }>('git.ahead', {
  en: (p, f) => `${p.branch} has ${commits(p.count, f)} that ${p.remote} has not`,
  fr: (p, f) => `${p.branch} a ${commits(p.count, f)} que ${p.remote} n'a pas`,
})
export const diverged = message<{ branch: string; remote: string; here: number; there: number }>('git.diverged', {
  en: (p, f) =>
    `${p.branch} and ${p.remote} have parted: ${commits(p.here, f)} only here, ${commits(p.there, f)} only there`,
  fr: (p, f) =>
    `${p.branch} et ${p.remote} ont divergé : ${commits(p.here, f)} ici seulement, ${commits(p.there, f)} là-bas seulement`,
})
export const pullRemedy = message('git.behind-remedy', {
  en: () => 'git pull --ff-only',
  fr: () => 'git pull --ff-only',
})
export const pushRemedy = message('git.ahead-remedy', { en: () => 'git push', fr: () => 'git push' })
export const divergedRemedy = message<{ head: string }>('git.diverged-remedy', {
  en: (p) => `git log --left-right --oneline HEAD...${p.head}, then git rebase ${p.head} and git push`,
  fr: (p) => `git log --left-right --oneline HEAD...${p.head}, puis git rebase ${p.head} et git push`,
})
export const level = message<{ remote: string; head: string }>('git.level', {
  en: (p) => `level with ${p.remote} at ${p.head}`,
  fr: (p) => `au niveau de ${p.remote} en ${p.head}`,
})

export const behindTexts = [
  ...problemMessages,
  noBranch,
  noBranchRemedy,
  detached,
  detachedRemedy,
  behind,
  behindBy,
  ahead,
  diverged,
  pullRemedy,
  pushRemedy,
  divergedRemedy,
  level,
]
