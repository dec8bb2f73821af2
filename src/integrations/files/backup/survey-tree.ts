import { BackupError, type DumpSurvey } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import type { FilesOptions } from '../options.ts'
import { type BackupRules, backupRules } from './backup-rules.ts'
import {
  databaseFailure,
  databaseHint,
  emptyFailure,
  emptyHint,
  halfExchanged,
  halfExchangedHint,
  lessNote,
  unreadableNote,
  willBeUnreadable,
} from './backup-texts.ts'
import type { BytePath } from './byte-path.ts'
import { LeftOutPlaces, SeenPlaces } from './seen-places.ts'
import { isHalfExchanged } from './staging.ts'
import { findTar } from './tar-program.ts'
import { treePart } from './tree-facts.ts'
import { mayRead, walkTree } from './tree-walk.ts'

/** A look longer than this gives no size: the copy itself looks at everything anyway. */
const longestLookMs = 20_000
/** Headers of an entry: one block for what is plain and two for what is not. */
const headerBytes = 1536

/** What a tree holds, about how much it is as an archive, and what is left out. */
export async function surveyTree(options: FilesOptions, ctx: StepContext): Promise<DumpSurvey> {
  const tar = await findTar(ctx, 'pack')
  const backup = await backupRules(options, ctx)
  await mustBeSettled(backup)
  const leftOut = new LeftOutPlaces()
  const unreadable = new SeenPlaces()
  const allowed = new SeenPlaces()
  const cannotRead = (path: BytePath): void => (backup.mayBeUnreadable(path) ? allowed : unreadable).add(path)
  const began = ctx.clock.monotonicMs()
  const asRoot = process.getuid?.() === 0
  let bytes: number | null = 0
  let files = 0
  const walk = walkTree(backup.root, {
    ...backup.rules,
    leftOut: (path, reason) => leftOut.add(path, reason),
    unreadable: cannotRead,
  })
  for await (const entry of walk) {
    bytes += headerBytes + Math.ceil(entry.bytes / 512) * 512
    if (entry.type === 'file') files++
    if (entry.type === 'file' && !asRoot && !(await mayRead(backup.root, entry.path))) cannotRead(entry.path)
    if (ctx.clock.monotonicMs() - began < longestLookMs) continue
    bytes = null
    break
  }
  mustHoldSomething(backup, files, leftOut)
  return {
    parts: [{ name: treePart, file: `${treePart}.tar`, bytes }],
    notes: [
      ...leftOut.notes(),
      ...(unreadable.count > 0 ? [willBeUnreadable(unreadable.told)] : []),
      ...(allowed.count > 0 ? [unreadableNote(allowed.told)] : []),
      ...(tar.kind === 'gnu' ? [] : [lessNote({ tar: tar.kind })]),
    ],
  }
}

/** A tree in the middle of a restore is none that anybody wants back. */
export async function mustBeSettled({ root }: BackupRules): Promise<void> {
  if (!(await isHalfExchanged(root))) return
  throw new BackupError('assertion', halfExchanged({ path: root }), { hint: halfExchangedHint({}) })
}

/** A tree without any file is a backup of nothing, which nobody wants by mistake. */
export function mustHoldSomething({ root, mayBeEmpty }: BackupRules, files: number, leftOut: LeftOutPlaces): void {
  if (leftOut.of('database')?.told.examples.includes('.') === true) {
    throw new BackupError('assertion', databaseFailure({ path: root }), { hint: databaseHint({}) })
  }
  if (files === 0 && !mayBeEmpty) {
    throw new BackupError('volume-missing', emptyFailure({ path: root }), { hint: emptyHint({}) })
  }
}
