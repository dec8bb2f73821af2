import { resolve } from 'node:path'
import * as z from 'zod'
import type { CommandResult, StepContext } from '../../core/context.ts'
import { message } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'

export const gitOptions = z.strictObject({
  path: z.string().default('.'),
  remote: z.string().default('origin'),
})
export type GitOptions = z.output<typeof gitOptions>

const gitMissing = message('git.missing', { en: () => 'git is not installed', fr: () => "git n'est pas installé" })
const gitMissingRemedy = message('git.missing-remedy', {
  en: () => 'apt-get install git',
  fr: () => 'apt-get install git',
})
const gitFailed = message<{ detail: string }>('git.failed', {
  en: (p) => `could not tell: git says "${p.detail}"`,
  fr: (p) => `indéterminé : git répond « ${p.detail} »`,
})
export const gitMessages = [gitMissing, gitMissingRemedy, gitFailed]

/** A git command that never asks, never writes the index and never waits for a password. */
export function git(options: GitOptions, args: readonly string[], ctx: StepContext): Promise<CommandResult> {
  return ctx.run({
    argv: ['git', '-C', resolve(ctx.baseDir, options.path), ...args],
    env: { GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C', GIT_SSH_COMMAND: 'ssh -o BatchMode=yes' },
    timeoutMs: ctx.timeoutMs * 0.9,
  })
}

/** Why a git command gave no answer; undefined when it did. */
export function gitProblem(result: CommandResult): Verdict | undefined {
  if (result.outcome === 'not-found')
    return { status: 'skipped', because: 'missing-tool', reason: gitMissing({}), remedy: gitMissingRemedy({}) }
  if (result.outcome === 'exited' && result.exitCode === 0) return undefined
  const detail = result.outcome === 'exited' ? (result.stderr.trim().split('\n')[0] ?? '') : result.outcome
  return { status: 'error', reason: gitFailed({ detail: detail.slice(0, 200) }) }
}
