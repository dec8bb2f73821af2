import type { CommandResult } from '../../core/context.ts'
import { message } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'

const missing = message('git.missing', { en: () => 'git is not installed', fr: () => "git n'est pas installé" })
const missingRemedy = message('git.missing-remedy', {
  en: () => 'apt-get install git',
  fr: () => 'apt-get install git',
})
const failed = message<{ detail: string }>('git.failed', {
  en: (p) => `could not tell: git says "${p.detail}"`,
  fr: (p) => `indéterminé : git répond « ${p.detail} »`,
})
const noEnd = message<{ ms: number }>('git.no-end', {
  en: (p, f) => `could not tell: git gave no answer in ${f.duration(p.ms)}`,
  fr: (p, f) => `indéterminé : git n'a pas répondu en ${f.duration(p.ms)}`,
})
const noCommit = message('git.no-commit', {
  en: () => 'could not tell: there is no commit yet',
  fr: () => "indéterminé : il n'y a pas encore de commit",
})
const noCommitRemedy = message('git.no-commit-remedy', {
  en: () => 'Make the first one: git add --all && git commit; or correct the path of the component',
  fr: () => 'Faites le premier : git add --all && git commit ; ou corrigez le chemin du composant',
})
const notOurs = message<{ path: string }>('git.not-ours', {
  en: (p) => `could not tell: ${p.path} belongs to another user, so git does not read it`,
  fr: (p) => `indéterminé : ${p.path} appartient à un autre utilisateur, git refuse de le lire`,
})
const notOursRemedy = message<{ path: string }>('git.not-ours-remedy', {
  en: (p) => `Run Vigie as the owner, or trust it: git config --global --add safe.directory ${p.path}`,
  fr: (p) =>
    `Lancez Vigie sous le compte du propriétaire, ou déclarez-le sûr : git config --global --add safe.directory ${p.path}`,
})
const noPassword = message('git.no-password', {
  en: () => 'could not tell: the remote asks for a user and password, and git has none that it takes',
  fr: () => 'indéterminé : le dépôt distant demande un utilisateur et un mot de passe, et git n’en a pas de valable',
})
const noPasswordRemedy = message('git.no-password-remedy', {
  en: () => 'Give git one that needs no person: a deploy key over SSH, or a credential helper (man gitcredentials)',
  fr: () =>
    'Donnez à git un accès sans personne : une clé de déploiement SSH, ou un « credential helper » (man gitcredentials)',
})
export const problemMessages = [
  missing,
  missingRemedy,
  failed,
  noEnd,
  noCommit,
  noCommitRemedy,
  notOurs,
  notOursRemedy,
  noPassword,
  noPasswordRemedy,
]

/** Why a git command gave no answer; undefined when it did. */
export function gitProblem({ outcome, exitCode, stderr, durationMs }: CommandResult): Verdict | undefined {
  if (outcome === 'not-found')
    return { status: 'skipped', because: 'missing-tool', reason: missing({}), remedy: missingRemedy({}) }
  if (outcome === 'timed-out') return { status: 'error', reason: noEnd({ ms: durationMs }) }
  if (outcome !== 'exited') return { status: 'error', reason: failed({ detail: outcome }) }
  if (exitCode === 0) return undefined
  const owned = /(?:dubious ownership in repository at|unsafe repository \()\s*'(.+)'/.exec(stderr)?.[1]
  if (owned !== undefined) {
    const path = /^[\w./-]+$/.test(owned) ? owned : `'${owned.replaceAll("'", "'\\''")}'`
    return { status: 'error', reason: notOurs({ path: owned }), remedy: notOursRemedy({ path }) }
  }
  if (/told us to quit|could not read (?:Username|Password)|Authentication failed/.test(stderr)) {
    return { status: 'error', reason: noPassword({}), remedy: noPasswordRemedy({}) }
  }
  if (/Needed a single revision|ambiguous argument 'HEAD'/.test(stderr))
    return { status: 'error', reason: noCommit({}), remedy: noCommitRemedy({}) }
  return { status: 'error', reason: failed({ detail: detailOf(stderr) || `exit ${exitCode}` }) }
}

/** What git says of its failure, without the user and password of a URL in it. Warnings and hints stand before it. */
function detailOf(stderr: string): string {
  const lines = stderr
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(?:warning|hint|Warning):/.test(line))
  return (lines[0] ?? '').replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@']*@/gi, '$1').slice(0, 200)
}
