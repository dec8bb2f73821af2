import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BackupError } from '../../src/core/backup.ts'
import { treeBackup } from '../../src/integrations/files/backup/tree-backup.ts'
import { filesOptions } from '../../src/integrations/files/options.ts'
import { testContext } from './context.ts'
import { dumped, storedAs } from './tree-backup.ts'

/**
 * Restores a tree over the living one in a process of its own, which may be killed, or live in a mount name space:
 * `killed` goes on until it is ended, `mounted` plants and restores a tree in a mount, `full` fills that mount meanwhile.
 */
const [mode, root = ''] = process.argv.slice(2)
const ability = treeBackup(filesOptions.parse({ path: root, otherFileSystems: 'leave out' }))
const ctx = testContext({ timeoutMs: 120_000, baseDir: dirname(root), dataDir: join(dirname(root), '.vigie') })
const tell = (told: object): void => void process.stdout.write(`${JSON.stringify(told)}\n`)

if (mode === 'killed') {
  const archive = readFileSync(`${root}.archive`)
  const stored = storedAs(archive, JSON.parse(readFileSync(`${root}.facts`, 'utf8')), { pieceBytes: 4096 })
  const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
  tell({ begun: true })
  if (action) tell(await ability.restore(ctx, stored, action))
} else {
  mkdirSync(join(root, 'folder'))
  writeFileSync(join(root, 'folder/one'), Buffer.alloc(2_000_000, 'o'))
  writeFileSync(join(root, 'two'), 'two')
  const { archive, dump } = await dumped(ability, ctx)
  const whole = storedAs(archive, dump.facts)
  rmSync(join(root, 'two'))
  writeFileSync(join(root, 'folder/one'), 'spoiled')
  writeFileSync(join(root, 'three'), 'three')
  async function* filling(): AsyncGenerator<Uint8Array> {
    yield archive.subarray(0, 4096)
    try {
      writeFileSync(join(root, 'filler'), Buffer.alloc(30_000_000))
    } catch {
      // It is full.
    }
    yield archive.subarray(4096)
  }
  const parts = mode === 'full' ? whole.parts.map((part) => ({ ...part, read: filling })) : whole.parts
  const stored = { ...whole, parts }
  try {
    const [action] = await ability.planRestore(ctx, stored, { over: true, only: [] })
    const outcome = action && (await ability.restore(ctx, stored, action))
    tell({ summary: action?.summary.code, outcome, ...seen() })
  } catch (error) {
    if (!(error instanceof BackupError)) throw error
    tell({ failure: error.failure, code: error.text.code, ...seen() })
  }
}
await ctx.close()

function seen(): object {
  const before = readdirSync(root).find((name) => name.startsWith('.vigie-before-')) ?? ''
  const names = readdirSync(root).filter((name) => name !== before && name !== 'filler')
  const kept = before === '' ? [] : readdirSync(join(root, before))
  return { names, kept, bytes: statSync(join(root, 'folder/one')).size }
}
