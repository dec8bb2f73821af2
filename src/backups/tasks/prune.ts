import * as z from 'zod'
import type { BackupRecord } from '../../core/backup-record.ts'
import { needsOf } from '../../core/good-copy.ts'
import type { JsonObject } from '../../core/json.ts'
import { message } from '../../core/message.ts'
import { type Action, defineTask } from '../../core/task.ts'
import type { EntryFolder } from '../entry-folders.ts'
import { foldersSeen } from '../folders-seen.ts'
import type { KeepDecision } from '../keep/keep.ts'
import { keepTexts } from '../keep/keep-texts.ts'
import type { EntryOptions, OpenRepository } from '../options.ts'
import { type Leftover, leftoverAfterMs, type Prunable, prunable } from '../prune-plan.ts'
import {
  endedWrites,
  endWrites,
  hasChanged,
  isGoneAlready,
  isStillNeeded,
  pruneTexts,
  staysNow,
} from '../prune-texts.ts'
import { removeBackup } from '../remove-backup.ts'

const hourMs = 3_600_000

/** Removes backups that no rule keeps, and what is left of those that were cut off. */
export const createPruneTask = (open: OpenRepository) =>
  defineTask<EntryOptions>()({
    kind: 'backups-prune',
    summary: message('backups.prune-summary', {
      en: () => 'remove backups that are kept no longer',
      fr: () => 'supprimer les sauvegardes qui ne sont plus à garder',
    }),
    options: z.strictObject({
      /** Backups and leftovers of one run; the next one goes on. */
      most: z.number().int().min(1).max(10_000).default(1000),
    }),
    effect: 'destroy',
    isIdempotent: false,
    isRemedy: true,
    cadence: 'weekly',
    criticality: 'important',
    timeoutMs: hourMs,
    messages: [...keepTexts, ...pruneTexts],
    plan: async (component, { most }, ctx) => {
      const repository = await open(component.options.to, ctx)
      const found = await prunable(component, await foldersSeen(component, repository, ctx), repository, ctx)
      ctx.record({ what: `what stays in ${repository.place}`, output: staying(found) })
      const actions = [...going(found), ...found.leftovers.map(leftoverAction)].slice(0, most)
      if (actions.length === 0) return []
      const summary = endWrites({ place: repository.place, beforeMs: leftoverAfterMs })
      return [...actions, { summary, effect: 'change', target: repository.place, expected: { is: 'writings' } }]
    },
    execute: async ({ target, expected }, component, _, ctx) => {
      const repository = await open(component.options.to, ctx)
      if (expected['is'] === 'writings') {
        const count = await repository.tidy(new Date(ctx.clock.now().getTime() - leftoverAfterMs))
        return { status: 'done', changed: count > 0, note: endedWrites({ count }), bytes: 0 }
      }
      const id = String(expected['id'])
      const folders = await foldersSeen(component, repository, ctx, id)
      const now = await prunable(component, folders, repository, ctx)
      const leftover = now.leftovers.find(({ folder }) => folder.id === id)
      const decision = now.decisions.find(({ backup }) => backup.id === id)
      const [present] = leftover ? [leftoverAction(leftover)] : going(now).filter((one) => one.target === target)
      if (present === undefined)
        return { status: 'skipped', reason: decision === undefined ? isGoneAlready({ id }) : staysNow({ id }) }
      const dependent = now.decisions.find(({ backup }) => backup.id !== id && needsOf(backup).includes(id))
      if (dependent !== undefined && leftover === undefined)
        return { status: 'skipped', reason: isStillNeeded({ id, by: dependent.backup.id }) }
      if (!isSame(present.expected, expected)) return { status: 'skipped', reason: hasChanged({ id }) }
      const record = leftover === undefined ? decision?.backup : leftover.record
      return removeBackup({ id, record, folder: folders.get(id) }, repository, ctx)
    },
  })

/** What rests on others before these, the oldest first: wherever it is stopped, what is there is whole. */
function going({ decisions, folders }: Prunable): readonly Action[] {
  const gone = decisions.filter(({ stays }) => !stays).toReversed()
  return lastOfChainFirst(gone).map(({ backup, why }) => {
    const folder = folders.get(backup.id)
    return {
      summary: why,
      effect: 'destroy',
      target: folder?.path ?? backup.id,
      bytes: folder?.bytes ?? 0,
      expected: { is: 'backup', ...looksOf(backup), ...contentOf(folder) },
    }
  })
}

/** Each only after all that need it; otherwise as they come. */
function lastOfChainFirst(gone: readonly KeepDecision[]): readonly KeepDecision[] {
  const sorted: KeepDecision[] = []
  for (let left = [...gone]; left.length > 0; ) {
    const needed = new Set(left.flatMap(({ backup }) => needsOf(backup)))
    const free = left.filter(({ backup }) => !needed.has(backup.id))
    // Those that need each other, which no backup of ours does, go together.
    const next = free.length > 0 ? free : left
    sorted.push(...next)
    left = left.filter((one) => !next.includes(one))
  }
  return sorted
}

function leftoverAction({ folder, record, why }: Leftover): Action {
  const looks = record === undefined ? { id: folder.id } : looksOf(record)
  const expected = { is: 'leftover', ...looks, ...contentOf(folder) }
  return { summary: why, effect: 'destroy', target: folder.path, bytes: folder.bytes, expected }
}

function looksOf({ id, status, manifestSha256, provedAt, removedAt }: BackupRecord): JsonObject {
  return {
    ...{ id, status, manifestSha256: manifestSha256 ?? null },
    ...{ provedAt: provedAt?.toISOString() ?? null, removedAt: removedAt?.toISOString() ?? null },
  }
}

function contentOf(folder: EntryFolder | undefined): JsonObject {
  return { objects: folder?.objects.length ?? 0, bytes: folder?.bytes ?? 0 }
}

function isSame(a: JsonObject, b: JsonObject): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((key) => a[key] === b[key])
}

/** One line each, by the code of its reason: what people read of it is the plan. */
function staying({ decisions }: Prunable): string {
  return decisions
    .filter(({ stays }) => stays)
    .map(({ backup, why }) => `${backup.id} ${why.code} ${JSON.stringify(why.params)}`)
    .join('\n')
}
