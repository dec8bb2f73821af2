import { mkdir, open, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { StepContext } from '../core/context.ts'
import { VigieError } from '../core/errors.ts'
import { isAhead } from '../core/good-copy.ts'
import { message } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import type { Secret } from '../core/secret.ts'
import { openBackup } from './open-backup.ts'
import { backupIdPattern, begunAt } from './places.ts'
import { withScratch } from './scratch.ts'
import { unknownBackup } from './texts.ts'

const notEmpty = message<{ folder: string }>('backups.fetch-not-empty', {
  en: (p) => `${p.folder} is not empty: name a new folder with --to`,
  fr: (p) => `${p.folder} n'est pas vide : nommez un nouveau dossier avec --to`,
})
export const fetchTexts = [notEmpty]

export interface FetchedFile {
  readonly component: string
  readonly name: string
  readonly path: string
  readonly bytes: number
}

/**
 * Brings the parts of a backup as files into an empty folder, each byte checked, with nothing but the repository: no config and no
 * state is needed, so that a blank machine can begin. Throws `unknown-backup`, `usage`, `BackupError`.
 */
export async function fetchBackup(
  repository: Repository,
  { backup, to, identity }: { readonly backup: string; readonly to: string; readonly identity?: Secret },
  ctx: StepContext,
): Promise<{ readonly id: string; readonly files: readonly FetchedFile[] }> {
  const found = await foundIn(repository, backup, ctx.clock.now())
  if (found === undefined) throw new VigieError('unknown-backup', unknownBackup({ id: backup }))
  await mkdir(to, { recursive: true, mode: 0o700 })
  if ((await readdir(to)).length > 0) throw new VigieError('usage', notEmpty({ folder: to }))
  const [system, entry, id] = found
  const encrypt = identity === undefined ? undefined : { recipients: [], identity }
  const place = { system, entry, options: { encrypt } }
  const opened = await openBackup(place, { id, manifestSha256: undefined }, repository, ctx)
  const files: FetchedFile[] = []
  await withScratch(ctx, async (scratch) => {
    for (const { component, parts } of opened.components(scratch))
      for (const part of parts) {
        const path = join(to, component, part.file)
        await writeWhole(path, part.read())
        files.push({ component, name: part.name, path, bytes: part.bytes })
      }
  })
  return { id, files }
}

/** The newest of all, of those dated ahead only when there is no other; or the one of that id. As the folders of its manifest. */
async function foundIn(
  repository: Repository,
  wanted: string,
  now: Date,
): Promise<[string, string, string] | undefined> {
  const isLater = (id: string, other: string): boolean => {
    const [ahead, otherAhead] = [id, other].map((one) => isAhead({ startedAt: begunAt(one) }, now))
    return ahead === otherAhead ? id > other : otherAhead === true
  }
  let newest: [string, string, string] | undefined
  for await (const { path } of repository.list('')) {
    const [system, entry, id, name, ...rest] = path.split('/')
    if (system === undefined || entry === undefined || id === undefined) continue
    if (name !== 'manifest.json' || rest.length > 0 || !backupIdPattern.test(id)) continue
    if (wanted !== 'latest' && !id.startsWith(wanted)) continue
    if (newest === undefined || isLater(id, newest[2])) newest = [system, entry, id]
  }
  return newest
}

async function writeWhole(path: string, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const piece of pieces)
      for (let at = 0; at < piece.length; ) at += (await file.write(piece, at)).bytesWritten
    await file.sync()
  } finally {
    await file.close()
  }
}
