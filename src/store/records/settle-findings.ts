import type { Transaction } from 'kysely'
import { batches, iso, json, orNull, plainOrNull } from '../codec.ts'
import { type EventColumns, eventsDigest, findingDigest } from '../digests.ts'
import type { FindingChanges, FindingEventRow, FindingLook, FindingRow } from '../finding-store.ts'
import type { Tables } from '../schema.ts'
import { findingOf, findingValues } from './finding-values.ts'
import { OutdatedError } from './try-again.ts'

/** How a change left a finding: whoever verifies holds the row against the newest mark of it. */
export type FindingMark = readonly [fingerprint: string, revision: number, digest: string]

/** A finding as it stands in a transaction that has not written it yet. */
interface Standing {
  row: FindingRow
  revision: number
  eventsDigest: string
  /** The revision of the row that is there; undefined when there is none. */
  readonly written: number | undefined
}

/**
 * Settles looks one after the other, each on what the one before left, and gives the marks of each. Rows are written in
 * the order of their keys, so that two who settle at once never wait for each other; throws `OutdatedError` when another
 * was faster.
 */
export async function settleFindings(
  tx: Transaction<Tables>,
  looks: readonly FindingLook[],
): Promise<readonly (readonly FindingMark[])[]> {
  if (looks.length === 0) return []
  const standing = await standingFindings(tx, looks)
  const changes = startChanges(standing)
  const marks = looks.map(({ system, kind, component, settle }) => {
    const known = [...standing.values()].map(({ row }) => row)
    const isOwn = (row: FindingRow): boolean =>
      row.system === system && row.kind === kind && row.component === component
    return changes.add(settle(known.filter(isOwn)))
  })
  await changes.write(tx)
  return marks
}

/** Changes one finding that is there by what `change` makes of it; undefined when it makes nothing. */
export async function changeFinding(
  tx: Transaction<Tables>,
  values: Tables['findings'],
  change: (row: FindingRow) => FindingChanges | undefined,
): Promise<FindingMark | undefined> {
  const found = standingOf(values)
  const made = change(found.row)
  if (made === undefined) return undefined
  const changes = startChanges(new Map([[keyOf(found.row), found]]))
  const [mark] = changes.add(made)
  await changes.write(tx)
  return mark
}

function startChanges(standing: Map<string, Standing>): {
  add(changes: FindingChanges): readonly FindingMark[]
  write(tx: Transaction<Tables>): Promise<void>
} {
  const changed = new Set<string>()
  const events: EventColumns[] = []
  return {
    add: (changes) => {
      const touched = new Map<string, Standing>()
      for (const row of changes.rows) {
        const blank = { row, revision: 0, eventsDigest: '', written: undefined }
        const found = standing.get(keyOf(row)) ?? blank
        standing.set(keyOf(row), found)
        touched.set(keyOf(row), found)
        found.row = row
        found.revision++
      }
      for (const event of changes.events) {
        const found = touched.get(keyOf(event))
        if (found === undefined) throw new Error(`an event of a finding that stayed as it was: ${event.fingerprint}`)
        const values = eventValues(event)
        found.eventsDigest = eventsDigest(found.eventsDigest, values)
        events.push(values)
      }
      for (const key of touched.keys()) changed.add(key)
      return [...touched.values()].map((found) => {
        const values = valuesOf(found)
        return [values.fingerprint, values.revision, findingDigest(values)] as const
      })
    },
    write: async (tx) => {
      for (const key of [...changed].sort()) {
        const found = standing.get(key)
        if (found !== undefined) await writeFinding(tx, valuesOf(found), found.written)
      }
      for (const batch of batches(events)) await tx.insertInto('finding_events').values(batch).execute()
    },
  }
}

async function standingFindings(
  tx: Transaction<Tables>,
  looks: readonly FindingLook[],
): Promise<Map<string, Standing>> {
  const standing = new Map<string, Standing>()
  for (const [system, own] of Map.groupBy(looks, ({ system }) => system)) {
    const components = [...new Set(own.map(({ component }) => component))]
    for (const batch of batches(components)) {
      const query = tx.selectFrom('findings').selectAll().where('system', '=', system)
      for (const values of await query.where('component', 'in', batch).execute()) {
        standing.set(keyOf(values), standingOf(values))
      }
    }
  }
  return standing
}

function standingOf(values: Tables['findings']): Standing {
  const { revision, events_digest: eventsDigest } = values
  return { row: findingOf(values), revision, eventsDigest, written: revision }
}

function valuesOf({ row, revision, eventsDigest }: Standing): Tables['findings'] {
  return { ...findingValues(row), revision, events_digest: eventsDigest }
}

/** Keeps the row when what is there has still the revision that was read; undefined when nothing was there. */
async function writeFinding(
  tx: Transaction<Tables>,
  values: Tables['findings'],
  written: number | undefined,
): Promise<void> {
  if (written === undefined) {
    const added = await tx
      .insertInto('findings')
      .values(values)
      .onConflict((conflict) => conflict.columns(['system', 'fingerprint']).doNothing())
      .executeTakeFirst()
    if (added.numInsertedOrUpdatedRows !== 1n) throw new OutdatedError()
    return
  }
  const { system, fingerprint, ...changes } = values
  const updated = await tx
    .updateTable('findings')
    .set(changes)
    .where('system', '=', system)
    .where('fingerprint', '=', fingerprint)
    .where('revision', '=', written)
    .executeTakeFirst()
  if (updated.numUpdatedRows !== 1n) throw new OutdatedError()
}

function eventValues({ system, fingerprint, at, event, runId, actor, detail }: FindingEventRow): EventColumns {
  const own = { run_id: orNull(runId), actor: plainOrNull(actor), detail: json(detail) }
  return { system, fingerprint, at: iso(at), event, ...own }
}

const keyOf = ({ system, fingerprint }: { system: string; fingerprint: string }): string => `${system}\0${fingerprint}`
