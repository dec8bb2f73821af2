import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { debianTool } from '../../scripts/provision/debian-tool.ts'
import type { PackOptions } from '../../src/backups/packing/pack-part.ts'
import { type TestContext, testContext } from './context.ts'
import { type MemoryRepository, memoryRepository } from './memory-repository.ts'

/** Small enough that a few hundred kilobytes are many segments. */
export const smallSizes = { min: 8 * 1024, aim: 16 * 1024, max: 32 * 1024 }

const timeoutMs = 120_000

export interface PackingWorld {
  readonly ctx: TestContext
  readonly repository: MemoryRepository
  readonly scratch: string
  /** All that was run. */
  readonly commands: string[]
  /** For `packPart`, but for its folder. */
  readonly options: Omit<PackOptions, 'folder'>
  close(): Promise<void>
}

/** Everything that packing needs, with the programs of Debian: zstd, and age when it is wanted. */
export async function packingWorld({
  programs = ['zstd'],
  also = [],
}: {
  programs?: readonly ('zstd' | 'age')[]
  also?: readonly string[]
} = {}): Promise<PackingWorld> {
  const scratch = await mkdtemp(join(tmpdir(), 'vigie-packing-'))
  // Only these programs: what else is on this machine is not found.
  const folders = [...also]
  for (const name of programs)
    folders.push(
      dirname(await (name === 'zstd' ? debianTool('zstd', 'usr/bin/zstd') : debianTool('age', 'usr/bin/age'))),
    )
  const PATH = folders.length === 0 ? scratch : folders.join(':')
  const commands: string[] = []
  const real = testContext({ timeoutMs })
  const ctx = testContext({
    timeoutMs,
    dataDir: join(scratch, 'data'),
    run: (spec) => {
      commands.push(spec.argv.join(' '))
      return real.run({ ...spec, env: { ...spec.env, PATH } })
    },
  })
  const repository = memoryRepository()
  return {
    ...{ ctx, repository, scratch, commands },
    options: { ctx, repository, scratch, level: 1, recipients: [], sizes: smallSizes },
    close: async () => {
      await ctx.close()
      await real.close()
      await rm(scratch, { recursive: true, force: true })
    },
  }
}

/** Rows of text, as a dump has them: most do not compress well, and each differs from all others. */
export function rowsOf(random: () => number, count: number): string[] {
  return Array.from({ length: count }, (_, id) => {
    const words = Array.from({ length: 4 }, () => Math.floor(random() * 2 ** 32).toString(16))
    return `${id}\t${words.join('')}\tuser${Math.floor(random() * 1000)}@example.com\n`
  })
}

/** Some rows are gone, and are at the end in another form, as PostgreSQL does it. */
export function changedRows(random: () => number, rows: readonly string[], changes: number): string[] {
  const changed = new Set(Array.from({ length: changes }, () => Math.floor(random() * rows.length)))
  return [...rows.filter((_, index) => !changed.has(index)), ...[...changed].map((index) => `${index}\tchanged\n`)]
}

export async function* inPieces(bytes: Uint8Array, size = 5000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

export async function gathered(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all = []
  for await (const piece of pieces) all.push(piece)
  return Buffer.concat(all)
}
