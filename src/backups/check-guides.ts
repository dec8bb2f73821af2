import { BackupError } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import { message } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { type Guide, guidesOf } from './guides.ts'
import type { Manifest } from './manifest.ts'

const gone = message<{ object: string; place: string }>('backups.guide-missing', {
  en: (p) => `${p.object} is gone from ${p.place}: nobody could restore this backup by hand with it`,
  fr: (p) => `${p.object} a disparu de ${p.place} : personne ne pourrait restaurer cette sauvegarde à la main avec lui`,
})
const differs = message<{ object: string }>('backups.guide-differs', {
  en: (p) => `${p.object}, by which the backup is restored by hand, is not what was written`,
  fr: (p) => `${p.object}, qui sert à restaurer la sauvegarde à la main, n'est plus ce qui a été écrit`,
})
export const guideTexts = [gone, differs]

/** Whether what a backup brings along to be restored by hand is what was written. Throws `truncated` or `checksum`. */
export async function checkGuides(
  manifest: Manifest,
  { manifestSha256 }: Pick<BackupRecord, 'manifestSha256'>,
  repository: Repository,
): Promise<void> {
  if (manifestSha256 === undefined) return
  for (const guide of guidesOf(manifest, manifestSha256)) await check(guide, repository)
}

async function check({ object, text }: Guide, repository: Repository): Promise<void> {
  const wanted = Buffer.from(text)
  const there = await repository.look(object)
  if (there === undefined) throw new BackupError('truncated', gone({ object, place: repository.place }))
  if (there.bytes !== wanted.length)
    throw new BackupError(there.bytes < wanted.length ? 'truncated' : 'checksum', differs({ object }))
  let at = 0
  for await (const piece of repository.get(object)) {
    if (!wanted.subarray(at, at + piece.length).equals(piece)) throw new BackupError('checksum', differs({ object }))
    at += piece.length
  }
  if (at < wanted.length) throw new BackupError('truncated', differs({ object }))
}
