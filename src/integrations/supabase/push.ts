import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { MigrationSite } from '../../core/migrations.ts'
import { lockLimit } from '../../platform/tool-answer.ts'
import { lastLines, runTool } from '../../platform/tool-command.ts'
import type { SupabaseOptions } from './options.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<SupabaseOptions>

/** Of an error: what PostgreSQL said, and the head of the statement. */
const mostLines = 4
/** What every failure of the CLI ends with. */
const noHelp = 'Try rerunning the command with --debug'

interface Push {
  readonly argv: readonly [string, ...string[]]
  readonly env: Readonly<Record<string, string>>
}

/**
 * Left to itself the CLI takes a local database, or the linked project, by its version: it must be the one that was looked at.
 * The password does not stand on the command line, where every process of the machine reads it. `--db-url` is what its
 * versions 1 to 3 know. Verified with supabase 3.1.
 */
export async function pushTo({ options }: Site, ctx: StepContext): Promise<Push> {
  const address = await ctx.reveal(options.url)
  if (!URL.canParse(address)) throw new VigieError('usage', texts.noAddress({}), { hint: texts.noAddressHint({}) })
  const target = new URL(address)
  const password = target.password === '' ? target.searchParams.get('password') : decodeURIComponent(target.password)
  target.password = ''
  target.searchParams.delete('password')
  return {
    argv: [...options.command, 'db', 'push', '--yes', `--db-url=${target.href}`],
    env: password === null ? {} : { PGPASSWORD: password },
  }
}

/** Throws `action-refused` with what it said. */
export async function runPush(site: Site, { argv, env }: Push, ctx: StepContext): Promise<void> {
  // An older one asks whether to go on; the plan was agreed to.
  const more = { stdin: 'y\n', env: { ...lockLimit(site.options.lockTimeout), ...env } }
  const { exitCode, stdout, stderr } = await runTool(site, argv, ctx, more)
  if (exitCode === 0) return
  const detail = saidIn(stderr || stdout) || `exit ${exitCode}`
  throw new VigieError('action-refused', texts.pushFailed({ detail }), { hint: texts.pushFailedHint({}) })
}

/** From the error on, where there is one: the statement below it may be long. */
export function saidIn(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.startsWith(noHelp))
  const error = lines.findIndex((line) => /^error\b/i.test(line))
  return lastLines((error < 0 ? lines.slice(-mostLines) : lines.slice(error, error + mostLines)).join('\n'), mostLines)
}
