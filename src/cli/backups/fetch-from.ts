import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type FetchedFile, fetchBackup, fetchTexts } from '../../backups/fetch-backup.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { withBareContext } from '../../engine/bare-context.ts'
import { createWorld } from '../../wire.ts'
import { type Arguments, type CommandContext, stringOf } from '../command.ts'
import { bytesSum } from './bytes-sum.ts'

const dayMs = 86_400_000

const notAPlace = message<{ place: string }>('cli.backups-not-a-place', {
  en: (p) => `"${p.place}" is no repository: write a folder, or s3://bucket/prefix`,
  fr: (p) => `« ${p.place} » n'est pas un dépôt : écrivez un dossier, ou s3://bucket/préfixe`,
})
const needsTo = message('cli.backups-needs-to', {
  en: () => 'Say where the files shall go: --to FOLDER',
  fr: () => 'Dites où mettre les fichiers : --to DOSSIER',
})
const fetched = message<{ id: string; count: number; bytes: number; to: string }>('cli.backups-fetched', {
  en: (p, f) =>
    `${p.id}: ${f.plural(p.count, { one: '1 file', other: `${f.number(p.count)} files` })}, ${f.bytes(p.bytes)} in ${p.to}, every byte checked`,
  fr: (p, f) =>
    `${p.id} : ${f.plural(p.count, { one: '1 fichier', other: `${f.number(p.count)} fichiers` })}, ${f.bytes(p.bytes)} dans ${p.to}, chaque octet vérifié`,
})
export const fetchFromTexts = [...fetchTexts, notAPlace, needsTo, fetched]

/** Brings the files of a backup from a repository that is named, on a machine that has no config yet. */
export async function fetchFrom(
  { output, cwd, signal, adopt }: CommandContext,
  args: Arguments,
  place: string,
): Promise<number> {
  const to = stringOf(args, 'to')
  if (to === undefined) throw new VigieError('usage', needsTo({}))
  const { repositoryNamed } = await import('../../catalog/backups.ts')
  const openIt = repositoryNamed(place)
  if (openIt === undefined) throw new VigieError('usage', notAPlace({ place }))
  // There is no config to say which kinds there are, and what goes wrong must be told.
  await adopt([])
  const identity = stringOf(args, 'identity')
  const scratch = await mkdtemp(join(tmpdir(), 'vigie-fetch-'))
  const world = createWorld()
  try {
    const onProgress = (): void => undefined
    const where = { world, folder: cwd, dataDir: scratch, timeoutMs: dayMs, signal, onProgress }
    const { id, files } = await withBareContext(where, async (ctx) => {
      const repository = await openIt(ctx)
      try {
        return await fetchBackup(
          repository,
          {
            ...{ backup: args.positionals[0] ?? 'latest', to: resolve(cwd, to) },
            ...(identity !== undefined && { identity: { secretFile: resolve(cwd, identity) } }),
          },
          ctx,
        )
      } finally {
        await repository.close()
      }
    })
    const told = files.map(({ component, name, path, bytes }: FetchedFile) => ({ component, name, path, bytes }))
    if (output.settings.isJson) output.json({ backup: id, files: told })
    else {
      for (const { path, bytes } of files) output.line(`${output.format.bytes(bytes)}  ${path}`)
      output.line(output.text(fetched({ id, count: files.length, bytes: bytesSum(files), to: resolve(cwd, to) })))
    }
    return 0
  } finally {
    await world.http.close()
    await rm(scratch, { recursive: true, force: true })
  }
}
