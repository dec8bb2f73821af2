import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import type { Verdict } from '../../../core/verdict.ts'
import {
  ahead,
  behind,
  behindBy,
  behindTexts,
  detached,
  detachedRemedy,
  diverged,
  divergedRemedy,
  level,
  noBranch,
  noBranchRemedy,
  pullRemedy,
  pushRemedy,
} from '../behind-texts.ts'
import { type GitOptions, git } from '../git.ts'
import { gitProblem } from '../problem.ts'

export interface BehindSample {
  /** The whole name of the branch, `refs/heads/main`. */
  readonly branch: CommandResult
  readonly head: CommandResult
  readonly remoteName: string
  /** The branch of the remote that it follows: its own upstream there, or the one of the same name. */
  readonly theirRef: string
  /** What the remote itself says now: nothing is fetched, and what was fetched long ago is not believed. */
  readonly remote: CommandResult | undefined
  /** Commits only here and only there; undefined when the remote's head is not known here. */
  readonly counts: CommandResult | undefined
  /** The history is cut, so that two commits can look unrelated. */
  readonly isShallow: boolean
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
  messages: behindTexts,
  probe: async ({ options }, _, ctx): Promise<BehindSample> => {
    const ask = (...args: string[]): Promise<CommandResult> => git(options, args, ctx)
    // In full: the short name is written otherwise when a tag has the same one.
    const branch = await ask('symbolic-ref', '--quiet', 'HEAD')
    const head = await ask('rev-parse', '--verify', 'HEAD')
    const ref = branch.stdout.trim()
    const unasked = { branch, head, remoteName: options.remote, theirRef: ref, remote: undefined, counts: undefined }
    if (gitProblem(branch) !== undefined) return { ...unasked, isShallow: false }
    const upstream = await ask('for-each-ref', '--format=%(upstream:remotename)%09%(upstream:remoteref)', ref)
    const [upstreamRemote, upstreamRef = ''] = upstream.stdout.trim().split('\t')
    const theirRef = upstreamRemote === options.remote && upstreamRef !== '' ? upstreamRef : ref
    const remote = await ask('ls-remote', '--', options.remote, theirRef)
    const theirs = hashOf(remote, theirRef)
    const isKnown = theirs !== undefined && (await ask('cat-file', '-e', `${theirs}^{commit}`)).exitCode === 0
    const counts = isKnown ? await ask('rev-list', '--left-right', '--count', `HEAD...${theirs}`) : undefined
    const isShallow = isKnown && (await ask('rev-parse', '--is-shallow-repository')).stdout.trim() !== 'false'
    return { ...unasked, theirRef, remote, counts, isShallow }
  },
  judge: (sample): Verdict => {
    const { branch, head, remote, remoteName, theirRef } = sample
    if (branch.outcome === 'exited' && branch.exitCode === 1) {
      return { status: 'error', reason: detached({ head: head.stdout.slice(0, 9) }), remedy: detachedRemedy({}) }
    }
    const problem = gitProblem(branch) ?? gitProblem(head) ?? (remote && gitProblem(remote))
    if (problem !== undefined) return problem
    const names = { branch: shortOf(branch.stdout.trim()), remote: remoteName }
    const theirs = remote && hashOf(remote, theirRef)
    if (theirs === undefined) {
      const reason = noBranch({ branch: shortOf(theirRef), remote: remoteName })
      return { status: 'error', reason, remedy: noBranchRemedy(names) }
    }
    const short = theirs.slice(0, 9)
    if (theirs === head.stdout.trim()) {
      const measurements = { commits_ahead: 0, commits_behind: 0 }
      return { status: 'pass', saw: 1, measurements, reason: level({ remote: remoteName, head: short }) }
    }
    return judgeDistance(sample, names, short)
  },
})

function judgeDistance(
  { counts, isShallow }: BehindSample,
  names: { readonly branch: string; readonly remote: string },
  head: string,
): Verdict {
  const [, own, other] = /^(\d+)\s+(\d+)$/.exec(counts?.stdout.trim() ?? '') ?? []
  const seen = { status: 'warn', saw: 1 } as const
  if (own === undefined || (isShallow && other !== '0')) {
    return { ...seen, reason: behind({ ...names, head }), remedy: pullRemedy({}) }
  }
  const [here, there] = [Number(own), Number(other)]
  const measured = { ...seen, measurements: { commits_ahead: here, commits_behind: there } }
  if (there === 0) return { ...measured, reason: ahead({ ...names, count: here }), remedy: pushRemedy({}) }
  if (here === 0) return { ...measured, reason: behindBy({ ...names, count: there }), remedy: pullRemedy({}) }
  return { ...measured, reason: diverged({ ...names, here, there }), remedy: divergedRemedy({ head }) }
}

/** `ls-remote` also lists branches whose name only ends like the one asked for. */
function hashOf({ stdout }: CommandResult, ref: string): string | undefined {
  return stdout
    .split('\n')
    .map((line) => line.split('\t'))
    .find(([, name]) => name === ref)?.[0]
}

function shortOf(ref: string): string {
  return ref.replace(/^refs\/heads\//, '')
}
