import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BackupAbility, Dumped, StoredComponent } from '../../src/core/backup.ts'
import type { StepContext } from '../../src/core/context.ts'
import type { JsonObject } from '../../src/core/json.ts'
import { removeTree } from '../../src/integrations/files/backup/remove-tree.ts'
import { testContext } from './context.ts'

/** A folder with the tree `root`, and a context whose own data lies beside. All of it goes at the end. */
export async function withTree<T>(
  work: (place: { scratch: string; root: string; ctx: StepContext }) => Promise<T>,
  overrides: Parameters<typeof testContext>[0] = {},
): Promise<T> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'vigie-tree-')))
  const root = join(scratch, 'docs')
  mkdirSync(root)
  const ctx = testContext({ timeoutMs: 120_000, baseDir: scratch, dataDir: join(scratch, '.vigie'), ...overrides })
  try {
    return await work({ scratch, root, ctx })
  } finally {
    await ctx.close()
    await removeTree(scratch)
  }
}

/** Dumps the only part of a component. */
export async function dumped(
  ability: BackupAbility,
  ctx: StepContext,
  part = 'tree',
): Promise<{ readonly archive: Buffer; readonly dump: Dumped }> {
  const pieces: Buffer[] = []
  const dump = await ability.dump(ctx, part, async (piece) => void pieces.push(Buffer.from(piece)))
  return { archive: Buffer.concat(pieces), dump }
}

/** A backup that is read again, in small pieces, as a repository gives it. */
export function storedAs(
  archive: Buffer,
  facts: JsonObject,
  { part = 'tree', pieceBytes = 10_007, backup = 'b1' } = {},
): StoredComponent {
  async function* read(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < archive.length; at += pieceBytes) yield archive.subarray(at, at + pieceBytes)
  }
  return {
    backup,
    at: new Date('2026-11-21T02:00:00Z'),
    component: 'docs',
    parts: [{ name: part, file: `${part}.tar`, bytes: archive.length, facts: JSON.parse(JSON.stringify(facts)), read }],
  }
}
