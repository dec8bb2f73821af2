import { BackupError, type Dumped, type DumpMemory } from '../../../core/backup.ts'
import type { CommandResult, StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { lastLines } from '../../../platform/tool-command.ts'
import type { FilesOptions } from '../options.ts'
import { type BackupRules, backupRules } from './backup-rules.ts'
import * as texts from './backup-texts.ts'
import type { BytePath } from './byte-path.ts'
import { sampleKey } from './content-sample.ts'
import { SeenWhilePacking } from './seen-while-packing.ts'
import { mustBeSettled, mustHoldSomething } from './survey-tree.ts'
import { complaintsIn } from './tar-complaints.ts'
import { findTar, packingArgv, plainEnv } from './tar-program.ts'
import type { TreeFacts } from './tree-facts.ts'
import { TreePacking } from './tree-packing.ts'
import { walkTree } from './tree-walk.ts'

/**
 * Packs a tree: our own walk tells the names, tar packs them, and what it packed is read as it goes by. What was told and
 * did not come is looked at again: gone is told, unreadable is a failure. What is as the memory has it is not read again.
 * Facts are of what is in the archive.
 */
export async function dumpTree(
  options: FilesOptions,
  ctx: StepContext,
  write: (piece: Uint8Array) => Promise<void>,
  memory?: DumpMemory,
): Promise<Dumped> {
  const tar = await findTar(ctx, 'pack')
  const backup = await backupRules(options, ctx)
  await mustBeSettled(backup)
  const seen = new SeenWhilePacking(backup)
  const packing = new TreePacking({
    ...{ root: backup.root, sampleKey: await ctx.ownKey(sampleKey), nowMs: ctx.clock.now().getTime(), seen, write },
    // Other tars do not say what changed under them, and pack what we ask for in their own way.
    ...(tar.kind === 'gnu' && memory !== undefined && { memory }),
    asksAgain: tar.kind !== 'gnu',
  })
  const walked = walkTree(backup.root, {
    ...backup.rules,
    leftOut: (path, reason) => seen.leftOut.add(path, reason),
    unreadable: (path) => seen.unreadable(path),
  })
  const result = await ctx.run({
    argv: packingArgv(tar, backup.root, packing.reuses),
    env: plainEnv,
    stdin: packing.namesOf(walked),
    onStdout: (piece) => packing.take(piece),
    timeoutMs: ctx.timeoutMs,
    maxOutputBytes: 16_000_000,
  })
  await packing.rest()
  const torn = tornOf(result, backup)
  await packing.end()
  await seen.tornFiles(torn)
  seen.mustBeWhole()
  mustHoldSomething(backup, packing.counts.files, seen.leftOut)
  const facts: TreeFacts = {
    version: 1,
    tar: tar.kind === 'gnu' ? 'gnu' : 'bsd',
    ...packing.facts(),
    ...seen.counts(),
  }
  return { facts, notes: [...seen.notes(), ...(tar.kind === 'gnu' ? [] : [texts.lessNote({ tar: tar.kind })])] }
}

/** What tar said was written to while it was read. Throws when it said anything else that it could not do. */
function tornOf(result: CommandResult, { root }: BackupRules): readonly BytePath[] {
  if (result.outcome !== 'exited') throw new VigieError('no-answer', texts.tarLate({ path: root }))
  const { torn, unknown } = complaintsIn(result.stderr)
  const isKnown = unknown.length === 0 && !result.isTruncated && (result.exitCode === 1 || result.exitCode === 2)
  if (result.exitCode !== 0 && !isKnown) {
    const detail = lastLines(unknown.join('\n') || result.stderr) || `exit ${result.exitCode}`
    throw new BackupError('unreachable', texts.tarFailure({ path: root, detail }))
  }
  return torn
}
