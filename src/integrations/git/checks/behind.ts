import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { type GitOptions, git, gitMessages, gitProblem } from '../git.ts'

const noBranch = message<{ branch: string; remote: string }>('git.no-remote-branch', {
  en: (p) => `could not tell: ${p.remote} has no branch ${p.branch}`,
  fr: (p) => `indéterminé : ${p.remote} n'a pas de branche ${p.branch}`,
})
const behind = message<{ branch: string; remote: string; head: string }>('git.behind', {
  en: (p) => `${p.branch} is not at ${p.remote}'s ${p.head}`,
  fr: (p) => `${p.branch} n'est pas au niveau de ${p.remote} (${p.head})`,
})
const ahead = message<{ branch: string; remote: string; count: number }>('git.ahead', {
  en: (p, f) =>
    `${p.branch} has ${f.plural(p.count, { one: '1 commit', other: `${p.count} commits` })} that ${p.remote} has not`,
  fr: (p, f) =>
    `${p.branch} a ${f.plural(p.count, { one: '1 commit', other: `${p.count} commits` })} que ${p.remote} n'a pas`,
})
const pullRemedy = message('git.behind-remedy', { en: () => 'git pull --ff-only', fr: () => 'git pull --ff-only' })
const pushRemedy = message('git.ahead-remedy', { en: () => 'git push', fr: () => 'git push' })
const level = message<{ remote: string; head: string }>('git.level', {
  en: (p) => `level with ${p.remote} at ${p.head}`,
  fr: (p) => `au niveau de ${p.remote} en ${p.head}`,
})

export interface Sample {
  readonly branch: CommandResult
  readonly head: CommandResult
  /** What the remote itself says now: nothing is fetched, and what was fetched long ago is not believed. */
  readonly remote: CommandResult | undefined
  /** Commits that the remote has not; undefined when its head is not known here. */
  readonly ahead: CommandResult | undefined
  readonly remoteName: string
}

/** Is the checkout where its remote is? The remote is asked, not the memory of the last fetch. */
export const behindCheck = defineCheck<GitOptions>()({
  kind: 'git-behind',
  summary: message('git.behind-summary', {
    en: () => 'level with its remote',
    fr: () => 'au niveau de son dépôt distant',
  }),
  options: z.strictObject({}),
  cadence: 'daily',
  criticality: 'informative',
  messages: [...gitMessages, noBranch, behind, ahead, pullRemedy, pushRemedy, level],
  probe: async ({ options }, _, ctx): Promise<Sample> => {
    const branch = await git(options, ['symbolic-ref', '--short', 'HEAD'], ctx)
    const head = await git(options, ['rev-parse', 'HEAD'], ctx)
    const sample = { branch, head, remote: undefined, ahead: undefined, remoteName: options.remote }
    if (gitProblem(branch) !== undefined) return sample
    const remote = await git(
      options,
      ['ls-remote', '--heads', options.remote, `refs/heads/${branch.stdout.trim()}`],
      ctx,
    )
    const theirs = remote.stdout.split('\t')[0]?.trim() ?? ''
    const isKnown = theirs !== '' && (await git(options, ['cat-file', '-e', `${theirs}^{commit}`], ctx)).exitCode === 0
    const isBehind =
      isKnown && (await git(options, ['merge-base', '--is-ancestor', theirs, 'HEAD'], ctx)).exitCode !== 0
    const ahead = isKnown && !isBehind ? await git(options, ['rev-list', '--count', `${theirs}..HEAD`], ctx) : undefined
    return { ...sample, remote, ahead }
  },
  judge: ({ branch, head, remote, ahead: own, remoteName }) => {
    const problem = gitProblem(branch) ?? gitProblem(head) ?? (remote && gitProblem(remote))
    if (problem !== undefined) return problem
    const name = branch.stdout.trim()
    const theirs = remote?.stdout.split('\t')[0]?.trim() ?? ''
    if (theirs === '') return { status: 'error', reason: noBranch({ branch: name, remote: remoteName }) }
    const short = theirs.slice(0, 9)
    if (theirs === head.stdout.trim())
      return { status: 'pass', saw: 1, reason: level({ remote: remoteName, head: short }) }
    if (own === undefined)
      return {
        status: 'warn',
        saw: 1,
        reason: behind({ branch: name, remote: remoteName, head: short }),
        remedy: pullRemedy({}),
      }
    const count = Number(own.stdout.trim())
    return {
      status: 'warn',
      saw: 1,
      measurements: { commits_ahead: count },
      reason: ahead({ branch: name, remote: remoteName, count }),
      remedy: pushRemedy({}),
    }
  },
})
