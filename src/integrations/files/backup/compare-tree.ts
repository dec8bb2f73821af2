import { open } from 'node:fs/promises'
import type { DrillAssertion } from '../../../core/backup.ts'
import type { StepContext } from '../../../core/context.ts'
import { systemPath, toBytes } from './byte-path.ts'
import { type ContentSample, contentHash, keyName, sampledBytes, sampleId, sampleKey } from './content-sample.ts'
import { TreeDigest } from './tree-digest.ts'
import type { TreeFacts } from './tree-facts.ts'
import { everything, walkTree } from './tree-walk.ts'

type Expected = Pick<TreeFacts, 'counts' | 'digests'> & { readonly keepsTimes: boolean }

/**
 * Compares a tree that was unpacked with what was packed: counts, names and sizes, modes, times unless tar does not set all of
 * them, owners where we may give files away, and the content of the sampled files.
 */
export async function compareTree(
  folder: string,
  { counts, digests, keepsTimes }: Expected,
  sample: ContentSample,
  ctx: StepContext,
): Promise<readonly DrillAssertion[]> {
  const key = await ctx.ownKey(sampleKey)
  const samples = new Map(keyName(key) === sample.key ? sample.files.map((file) => [file.id, file]) : [])
  const digest = new TreeDigest()
  let alike = 0
  for await (const entry of walkTree(folder, everything(ctx.signal), true)) {
    digest.add(entry)
    const wanted = entry.type === 'file' && samples.size > 0 ? samples.get(sampleId(key, entry.path)) : undefined
    if (wanted === undefined) continue
    const path = systemPath(`${toBytes(folder)}/${entry.path}`)
    if (entry.bytes === wanted.bytes && (await contentOf(path, key)) === wanted.content) alike++
  }
  const now = digest.digests()
  const isRoot = process.getuid?.() === 0
  return [
    ...(['files', 'folders', 'links', 'hardLinks', 'bytes'] as const).map((name) =>
      assertion(countNames[name], counts[name], digest.counts[name]),
    ),
    assertion('names and sizes', digests.names, now.names),
    assertion('modes', digests.modes, now.modes),
    ...(keepsTimes ? [assertion('times', digests.times, now.times)] : []),
    ...(isRoot ? [assertion('owners', digests.owners, now.owners)] : []),
    ...(samples.size > 0 ? [assertion('content of sampled files', samples.size, alike)] : []),
  ]
}

const countNames = { files: 'files', folders: 'folders', links: 'links', hardLinks: 'hard links', bytes: 'bytes' }

function assertion(name: string, expected: string | number, actual: string | number): DrillAssertion {
  const status = expected === actual ? 'pass' : 'fail'
  return { name, status, expected: String(expected), actual: String(actual) }
}

/** As the sampler sees it: the first 16 MiB. */
export async function contentOf(path: Buffer, key: string): Promise<string> {
  const hash = contentHash(key)
  const file = await open(path, 'r')
  try {
    for await (const piece of file.createReadStream({ start: 0, end: sampledBytes - 1, autoClose: false })) {
      hash.update(piece)
    }
  } finally {
    await file.close()
  }
  return hash.digest('hex').slice(0, 32)
}
