import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DrillAssertion, DrillQuestion, Rehearsal, StoredComponent } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { matcher } from './backup-rules.ts'
import { compareTree } from './compare-tree.ts'
import { mustHaveRoom } from './free-room.ts'
import { removeTree } from './remove-tree.ts'
import { treeIn } from './tree-facts.ts'
import { everything, walkTree } from './tree-walk.ts'
import { unpackTree } from './unpack-tree.ts'

/**
 * Unpacks a tree into a throw-away folder. A question is a glob of paths from the root; what it expects is how many files
 * fit, `none` for no file at all.
 */
export async function rehearseTree(stored: StoredComponent, scratch: string, ctx: StepContext): Promise<Rehearsal> {
  const found = treeIn(stored)
  await mustHaveRoom(scratch, found)
  const folder = join(scratch, 'tree')
  await mkdir(folder, { mode: 0o700 })
  const end = (): Promise<void> => removeTree(folder)
  try {
    const unpacked = await unpackTree(found, folder, [], ctx)
    // With another installation's key nothing can be said of its sample: then ours, taken as the archive went by, is.
    const { facts } = found
    const sample = facts.sample.key === unpacked.sample.key ? facts.sample : unpacked.sample
    return {
      env: { FILES_DIR: folder },
      assertions: async (questions) => [
        ...(await compareTree(folder, { ...facts, keepsTimes: unpacked.keepsTimes }, sample, ctx)),
        ...(await answered(folder, questions, ctx)),
      ],
      end,
    }
  } catch (error) {
    await end()
    throw error
  }
}

async function answered(
  folder: string,
  questions: readonly DrillQuestion[],
  ctx: StepContext,
): Promise<readonly DrillAssertion[]> {
  const asked = questions.map((question) => ({ question, fits: matcher([question.query]), count: 0 }))
  if (asked.length === 0) return []
  for await (const { path, type } of walkTree(folder, everything(ctx.signal), true)) {
    if (type === 'folder') continue
    for (const one of asked) if (one.fits(path)) one.count++
  }
  return asked.map(({ question: { name, expect }, count }) => {
    const expected = expect === 'none' ? '0' : expect
    const actual = String(count)
    return { name, status: actual === expected ? 'pass' : 'fail', expected, actual }
  })
}
