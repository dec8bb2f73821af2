import { VigieError } from '../../core/errors.ts'
import type { Migration, MigrationList, MigrationState } from '../../core/migrations.ts'
import { notReady, seeStatus } from './texts.ts'

/** What is not applied, in its order. Throws `action-refused` while the history is not sound: first it is put right. */
export function pendingOf({ migrations, heads }: MigrationList): readonly Migration[] {
  const of = (state: MigrationState): string[] => migrations.filter((one) => one.state === state).map(({ id }) => id)
  const [failed, unknown] = [of('failed'), of('unknown')]
  if (failed.length + unknown.length > 0 || heads.length > 1)
    throw new VigieError('action-refused', notReady({ failed, unknown, heads }), { hint: seeStatus({}) })
  return migrations.filter(({ state }) => state === 'pending')
}

/** As people know it: the name beside the id, unless the id says it. */
export function nameOf({ id, name }: Migration): string {
  return name === '' || id.includes(name) ? id : `${id} (${name})`
}
