import { join } from 'node:path'
import { BackupError } from '../../../core/backup.ts'
import type { CommandResult, CommandSpec, StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import type { PostgresBackupOptions } from './backup-options.ts'
import { failed, lastLines } from './program-failure.ts'
import {
  noProgram,
  noProgramHint,
  notStarted,
  notStartedHint,
  olderProgram,
  passwordLines,
  passwordLinesHint,
} from './program-texts.ts'
import { type clientPrograms, fitting, programFolders, versionIn } from './programs.ts'
import type { Target } from './target.ts'

export type ClientProgram = (typeof clientPrograms)[number]

export interface Streams {
  readonly stdin?: AsyncIterable<Uint8Array>
  readonly onStdout?: (piece: Uint8Array) => Promise<void>
}

/** The client programs of PostgreSQL of one major, on this machine or in a container. */
export interface PostgresClient {
  readonly major: number
  /** How people can tell it: `pg_dump 15.18`. */
  readonly version: string
  /** Whatever the program answers: all that it gives must be looked at. */
  run(program: ClientProgram, args: readonly string[], target: Target, streams?: Streams): Promise<CommandResult>
}

/**
 * Inside: the password comes as the first line, so that no list of processes shows it; `read` takes no byte more than that.
 * 98: a terminal stands between, which would change bytes; 97: no input came.
 */
const inside = '[ -t 1 ] && exit 98; IFS= read -r PGPASSWORD || exit 97; export PGPASSWORD; exec env "$@"'
/** Before any password is said, since a terminal would say it again. */
const unspoken = '[ -t 1 ] && exit 98; exec "$@"'
export const exitCodes = { noInput: 97, terminal: 98, notPermitted: 126, notFound: 127 } as const

/** What the programs say is looked at: so they say it in English. */
const spoken = { LC_ALL: 'C' }

/**
 * Finds programs that can work with a server of this major: of that major, else the nearest newer one. Throws `tool-missing`;
 * `BackupError` with `older-server` when there are only older ones, with `unreachable` when the container does not run.
 */
export async function openClient(
  options: PostgresBackupOptions,
  major: number,
  needed: readonly [ClientProgram, ...ClientProgram[]],
  ctx: StepContext,
): Promise<PostgresClient> {
  const hint = noProgramHint({ kind: 'client', major, inside: options.through.length > 0 })
  const older = (version: string): BackupError =>
    new BackupError('older-server', olderProgram({ program: needed[0], version, major }), { hint })
  if (options.through.length > 0) {
    const found = await versionThrough(options.through, needed, hint, ctx)
    if (found.major < major) throw older(found.version)
    return { ...found, run: (...asked) => runThrough(options.through, ctx, ...asked) }
  }
  const folders = await programFolders(needed, options.bin, ctx)
  const chosen = fitting(folders, major)
  if (chosen === undefined) {
    const newest = folders.toSorted((a, b) => b.major - a.major)[0]
    if (newest !== undefined) throw older(newest.version)
    throw new VigieError('tool-missing', noProgram({ programs: needed, where: options.bin ?? null }), { hint })
  }
  return {
    major: chosen.major,
    version: chosen.version,
    run: (program, args, { env, password }, streams = {}) =>
      ctx.run({
        ...common(ctx, streams),
        argv: [join(chosen.folder, program), ...args],
        env: { ...env, ...spoken, ...(password !== '' && { PGPASSWORD: password }) },
        ...(streams.stdin !== undefined && { stdin: streams.stdin }),
      }),
  }
}

async function versionThrough(
  through: readonly string[],
  needed: readonly [ClientProgram, ...ClientProgram[]],
  hint: ReturnType<typeof noProgramHint>,
  ctx: StepContext,
): Promise<{ readonly major: number; readonly version: string }> {
  const where = through.join(' ')
  const argv = [...through.slice(1), 'sh', '-c', unspoken, 'sh', needed[0], '--version']
  const result = await ctx.run({ argv: [through[0] ?? '', ...argv] })
  const found = versionIn(result.stdout)
  if (result.exitCode === 0 && found !== undefined) return found
  if (result.outcome === 'not-found' || result.outcome === 'not-permitted')
    throw new VigieError('tool-missing', noProgram({ programs: [through[0] ?? ''], where: null }), {
      hint: notStartedHint({ through: where }),
    })
  if (result.exitCode === exitCodes.terminal) throw failed(needed[0], 'terminal', '[ -t 1 ]')
  if (result.exitCode === exitCodes.notFound || result.exitCode === exitCodes.notPermitted)
    throw new VigieError('tool-missing', noProgram({ programs: needed, where }), { hint })
  const detail = lastLines(result.stderr) || `${result.outcome} ${result.exitCode ?? result.signal ?? ''}`
  throw new BackupError('unreachable', notStarted({ through: where, detail }), {
    hint: notStartedHint({ through: where }),
  })
}

async function runThrough(
  through: readonly string[],
  ctx: StepContext,
  program: ClientProgram,
  args: readonly string[],
  { env, password }: Target,
  streams: Streams = {},
): Promise<CommandResult> {
  // What came after the end of the line would be input of the program.
  if (/[\r\n\0]/.test(password)) throw new VigieError('usage', passwordLines({}), { hint: passwordLinesHint({}) })
  const variables = Object.entries({ ...env, ...spoken }).map(([name, value]) => `${name}=${value}`)
  return ctx.run({
    ...common(ctx, streams),
    argv: [through[0] ?? '', ...through.slice(1), 'sh', '-c', inside, 'sh', ...variables, program, ...args],
    stdin: passwordThen(password, streams.stdin),
  })
}

async function* passwordThen(password: string, rest: AsyncIterable<Uint8Array> | undefined): AsyncIterable<Uint8Array> {
  yield Buffer.from(`${password}\n`)
  if (rest !== undefined) yield* rest
}

function common(ctx: StepContext, { onStdout }: Streams): Pick<CommandSpec, 'timeoutMs' | 'onStdout'> {
  return { timeoutMs: ctx.timeoutMs, ...(onStdout !== undefined && { onStdout }) }
}
