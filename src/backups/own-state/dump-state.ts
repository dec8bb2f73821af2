import { copyFile, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { BackupError, type Dumped } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { withScratch } from '../scratch.ts'
import { stateFacts } from './state-facts.ts'
import { tarFailed } from './texts.ts'

/** Files of the history are merged while others read: one that went meanwhile stands in its successor, so tar is asked again. */
const tries = 3

/** The state as it is at one moment, the note of its audit and the history, as one tar archive. */
export function dumpState(ctx: StepContext, write: (piece: Uint8Array) => Promise<void>): Promise<Dumped> {
  return withScratch(ctx, async (scratch) => {
    const copy = join(scratch, 'copy')
    await mkdir(copy, { mode: 0o700 })
    // The note first: it may lag behind the log, never lead it.
    await copyFile(join(ctx.dataDir, 'audit.head'), join(copy, 'audit.head'))
    copyDatabase(join(ctx.dataDir, 'state.db'), join(copy, 'state.db'))
    await copyHistory(ctx, copy)
    const result = await ctx.run({
      argv: ['tar', '--create', '--file=-', '--numeric-owner', `--directory=${copy}`, '.'],
      onStdout: write,
    })
    if (result.exitCode !== 0) throw new BackupError('unreachable', tarFailed({ detail: result.stderr.slice(0, 300) }))
    return { facts: stateFacts(join(copy, 'state.db')), notes: [] }
  })
}

function copyDatabase(from: string, to: string): void {
  const database = new DatabaseSync(from)
  try {
    database.exec('pragma busy_timeout = 30000')
    database.prepare('vacuum into ?').run(to)
  } finally {
    database.close()
  }
}

/** Hard links where they can be: the files of the history are never changed, only replaced. */
async function copyHistory(ctx: StepContext, copy: string): Promise<void> {
  const history = join(ctx.dataDir, 'history')
  if ((await stat(history).catch(() => undefined)) === undefined) return
  for (let attempt = 1; ; attempt++) {
    const { exitCode, stderr } = await ctx.run({
      argv: ['cp', '--recursive', '--link', '--force', '--preserve=timestamps', history, copy],
    })
    if (exitCode === 0) return
    if (attempt >= tries) throw new BackupError('unreachable', tarFailed({ detail: stderr.slice(0, 300) }))
  }
}
