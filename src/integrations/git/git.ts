import { resolve } from 'node:path'
import * as z from 'zod'
import type { CommandResult, StepContext } from '../../core/context.ts'
import { message } from '../../core/message.ts'

export const notARemote = message('git.not-a-remote', {
  en: () => 'not the name of a remote: write what `git remote` lists, such as origin',
  fr: () => "n'est pas le nom d'un dépôt distant : écrivez ce que liste `git remote`, comme origin",
})

export const gitOptions = z.strictObject({
  /** The checkout, or any folder in it. */
  path: z.string().default('.'),
  /** The name of a remote as `git remote` lists it. A URL could hold a password, and would stand on a command line. */
  remote: z
    .string()
    .regex(/^(?!-)(?!.*:\/\/)\S+$/, notARemote.code)
    .default('origin'),
})
export type GitOptions = z.output<typeof gitOptions>

/**
 * What keeps git from asking anybody and from changing anything. A helper at the end of the list ends the search for a
 * password before git says for which URL it wants one: the user in it can be a token. SSH has no terminal to ask on, as
 * commands get none, and keeps the command that the repository sets for it.
 */
const environment = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  SSH_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GCM_INTERACTIVE: 'never',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'credential.helper',
  GIT_CONFIG_VALUE_0: '!echo quit=1 #',
  // Its daemon would outlive the look.
  GIT_CONFIG_KEY_1: 'core.fsmonitor',
  GIT_CONFIG_VALUE_1: 'false',
}

/** A git command that never asks, never writes the index, never waits for a password and answers in English. */
export function git(
  options: GitOptions,
  args: readonly string[],
  ctx: StepContext,
  maxOutputBytes = 1_000_000,
): Promise<CommandResult> {
  return ctx.run({
    argv: ['git', '-C', resolve(ctx.baseDir, options.path), ...args],
    env: environment,
    timeoutMs: ctx.timeoutMs * 0.9,
    maxOutputBytes,
  })
}
