import { nearestNames } from '../../config/problem.ts'
import type { ConfiguredComponent } from '../../config/system.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { Vigie } from '../../wire.ts'
import { type Arguments, stringOf } from '../command.ts'

const noEntry = message('cli.backups-no-entry', {
  en: () => 'The config says nothing under "backups".',
  fr: () => 'La configuration ne dit rien sous « backups ».',
})
const noEntryHint = message('cli.backups-no-entry-hint', {
  en: () => "Add it: backups: { nightly: { at: '02:00', what: ['db'], to: folder({ path: '/srv/backups' }) } }",
  fr: () => "Ajoutez : backups: { nightly: { at: '02:00', what: ['db'], to: folder({ path: '/srv/backups' }) } }",
})
const unknownEntry = message<{ name: string }>('cli.backups-unknown-entry', {
  en: (p) => `Nothing under "backups" in the config is called "${p.name}".`,
  fr: (p) => `Rien sous « backups » dans la configuration ne s'appelle « ${p.name} ».`,
})
const severalEntries = message<{ names: readonly string[] }>('cli.backups-several-entries', {
  en: (p, f) => `Say which: --entry with one of ${f.list(p.names)}.`,
  fr: (p, f) => `Dites laquelle : --entry avec ${f.list(p.names)}.`,
})
export const findEntryTexts = [noEntry, noEntryHint, unknownEntry, severalEntries]

/** The entry of `backups` that a command is about: the only one, that of `--entry`, or that of the backup it names. Throws `usage`. */
export async function findEntry(
  { system, store }: Vigie,
  args: Arguments,
  backup?: string,
): Promise<ConfiguredComponent> {
  const entries = entriesOf(system.components)
  const names = entries.map(({ name }) => name)
  const wanted = stringOf(args, 'entry')
  if (wanted !== undefined) {
    const found = entries.find(({ name }) => name === wanted)
    if (found !== undefined) return found
    throw new VigieError('usage', unknownEntry({ name: wanted }), { hint: nearestNames(wanted, names) })
  }
  const [only, ...others] = entries
  if (only === undefined) throw new VigieError('usage', noEntry({}), { hint: noEntryHint({}) })
  if (others.length === 0) return only
  if (backup !== undefined && backup !== 'latest') {
    const record = (await store.backups.list(system.name)).find(({ id }) => id.startsWith(backup))
    const found = entries.find(({ name }) => name === record?.entry)
    if (found !== undefined) return found
  }
  throw new VigieError('usage', severalEntries({ names }))
}

export function entriesOf(components: readonly ConfiguredComponent[]): readonly ConfiguredComponent[] {
  return components.filter(({ section }) => section === 'backups')
}
