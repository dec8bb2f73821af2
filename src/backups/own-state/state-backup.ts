import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type BackupAbility, BackupError, type StoredComponent, type StoredPart } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import { dumpState } from './dump-state.ts'
import { rehearseState } from './rehearse-state.ts'
import { stateFactsSchema } from './state-facts.ts'
import { elsewhere, notOver, notOverHint, putBeside, taken, tarFailed } from './texts.ts'

/** Vigie's own state and history. It holds keys, so it is never stored in the clear. */
export function stateBackup(): BackupAbility {
  return {
    survey: async ({ dataDir }) => {
      const state = await stat(join(dataDir, 'state.db')).catch(() => undefined)
      if (state === undefined) throw new VigieError('usage', elsewhere({}))
      return { parts: [{ name: 'state', file: 'state.tar', bytes: state.size, isSecret: true }], notes: [] }
    },
    dump: (ctx, _, write) => dumpState(ctx, write),
    planRestore: async (ctx, stored, { over, to }) => {
      const folder = ctx.dataDir
      if (over) throw new VigieError('usage', notOver({ folder }), { hint: notOverHint({ folder }) })
      const target = resolve(ctx.baseDir, to ?? `${folder}.restored-${stored.backup}`)
      if ((await stat(target).catch(() => undefined)) !== undefined)
        throw new VigieError('usage', taken({ folder: target }))
      const { counts, head } = stateFactsSchema.parse(partOf(stored).facts)
      const summary = putBeside({ folder: target, runs: counts['runs'] ?? 0, entries: head.seq })
      return [{ summary, effect: 'change', target, bytes: partOf(stored).bytes, expected: {} }]
    },
    restore: async (ctx, stored, { target }) => {
      const draft = `${target}.unfinished`
      await rm(draft, { recursive: true, force: true })
      await mkdir(draft, { recursive: true, mode: 0o700 })
      await unpackState(ctx, partOf(stored), draft)
      await rename(draft, target)
      return { status: 'done', changed: true, bytes: 0 }
    },
    rehearse: (ctx, stored, scratch) =>
      rehearseState(partOf(stored).facts, scratch, () => unpackState(ctx, partOf(stored), scratch)),
    verify: async (ctx, stored) => (await import('./verify-state.ts')).verifyState(partOf(stored), ctx),
    byHand: () => ['mkdir -m 700 .vigie && tar --extract --file=state.tar --directory=.vigie'],
  }
}

function partOf({ parts }: StoredComponent): StoredPart {
  const [part] = parts
  if (part === undefined) throw new RangeError('a backup of the state has one part')
  return part
}

async function unpackState(ctx: StepContext, part: StoredPart, folder: string): Promise<void> {
  const { exitCode, stderr } = await ctx.run({
    argv: ['tar', '--extract', '--file=-', '--no-same-owner', '--keep-old-files', `--directory=${folder}`],
    stdin: part.read(),
  })
  if (exitCode !== 0) throw new BackupError('checksum', tarFailed({ detail: stderr.slice(0, 300) }))
}
