import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { folderRepository } from '../../src/integrations/folder/repository.ts'
import { s3Repository } from '../../src/integrations/s3/repository.ts'
import { testContext } from '../support/context.ts'
import { bytesFrom } from '../support/pieces.ts'

/**
 * A process of its own on a repository: `repository-process.ts <options as JSON> <job> <path> <bytes>`. `copy` writes an
 * object and reads it back; `hang` writes so many bytes of one and waits then for ever. Both say when they are so far.
 */
const [written = '', job = '', path = '', bytes = '0'] = process.argv.slice(2)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const options: unknown = JSON.parse(written)
const ctx = testContext()
const isFolder = folderRepository.options.safeParse(options)
const repository = isFolder.success
  ? await folderRepository.open(isFolder.data, ctx)
  : await s3Repository.open(s3Repository.options.parse(options), ctx)

if (job === 'copy') {
  const before = peakMemory()
  const stored = await repository.put(path, bytesFrom(1, Number(bytes)))
  const hash = createHash('sha256')
  for await (const piece of repository.get(path)) hash.update(piece)
  say(JSON.stringify({ ...stored, isSame: hash.digest('hex') === stored.sha256, moreBytes: peakMemory() - before }))
}
if (job === 'hang') await repository.put(path, thenNothing(Number(bytes)))
await repository.close()
await ctx.close()

async function* thenNothing(count: number): AsyncIterable<Uint8Array> {
  yield* bytesFrom(2, count)
  say('hangs')
  // Something to wait for: a process without any ends.
  await new Promise((resolve) => setTimeout(resolve, 3_600_000))
}

function peakMemory(): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024
}
