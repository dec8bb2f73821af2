import { randomBytes } from 'node:crypto'
import { mkdir, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import {
  BackupError,
  type BackupFailure,
  type DrillAssertion,
  type DrillQuestion,
  type Rehearsal,
} from '../core/backup.ts'
import type { BackupRecord, DrillRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import { isAhead } from '../core/good-copy.ts'
import { message, type Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { bootApplication } from './boot/boot-application.ts'
import { copied } from './copied.ts'
import { type OpenBackup, openBackup } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { wholeBytesOf } from './packing/packed-part.ts'
import { withScratch } from './scratch.ts'

/** What the unpacked parts and what is made of them need, by their size: the file, and a database with its indexes. */
const spaceFactor = 2.5

const failedAssertion = message<{ name: string; expected: string; actual: string }>('backups.drill-assertion', {
  en: (p) => `The restored copy is not what it should be: ${p.name} should be ${p.expected}, and is ${p.actual}`,
  fr: (p) =>
    `La copie restaurée n'est pas ce qu'elle devrait être : ${p.name} devrait être ${p.expected}, et est ${p.actual}`,
})
const tooOld = message<{ ageMs: number; limitMs: number }>('backups.drill-too-old', {
  en: (p, f) => `The backup is ${f.duration(p.ageMs)} old; at most ${f.duration(p.limitMs)} of work may be lost`,
  fr: (p, f) =>
    `La sauvegarde date de ${f.duration(p.ageMs)} ; au plus ${f.duration(p.limitMs)} de travail peuvent être perdus`,
})
const datedAhead = message<{ startedAt: string }>('backups.drill-dated-ahead', {
  en: (p, f) =>
    `The backup is dated ahead of this machine's clock (${f.dateTime(p.startedAt)}): how much work would be lost cannot be told. Look at the clock (timedatectl), make a new one, and drill that`,
  fr: (p, f) =>
    `La sauvegarde est datée du futur pour cette machine (${f.dateTime(p.startedAt)}) : impossible de dire combien de travail serait perdu. Vérifiez l'horloge (timedatectl), refaites-en une, et répétez l'exercice`,
})
const tooSlow = message<{ ms: number; limitMs: number }>('backups.drill-too-slow', {
  en: (p, f) => `The restore took ${f.duration(p.ms)}; it may take ${f.duration(p.limitMs)}`,
  fr: (p, f) => `La restauration a pris ${f.duration(p.ms)} ; elle peut prendre ${f.duration(p.limitMs)}`,
})
const noSpace = message<{ folder: string; free: number; needed: number }>('backups.drill-no-space', {
  en: (p, f) => `${p.folder} has ${f.bytes(p.free)} left; the drill needs about ${f.bytes(p.needed)}`,
  fr: (p, f) => `${p.folder} a ${f.bytes(p.free)} libres ; l'exercice demande environ ${f.bytes(p.needed)}`,
})
const notWhole = message<{ failed: readonly string[] }>('backups.drill-not-whole', {
  en: (p, f) => `The backup is partial: ${f.list(p.failed)} is not in it`,
  fr: (p, f) => `La sauvegarde est partielle : ${f.list(p.failed)} n'y est pas`,
})
export const drillTexts = [failedAssertion, tooOld, datedAhead, tooSlow, noSpace, notWhole]

/**
 * Restores every component of a backup into a place of its own, asks, throws it away, and records what came of it. Throws
 * what says nothing of the backup: a missing tool, an unreachable repository, a cancel.
 */
export async function runDrill(
  entry: Component<EntryOptions>,
  record: BackupRecord,
  repository: Repository,
  ctx: StepContext,
): Promise<DrillRecord> {
  const startedAt = ctx.clock.now()
  const begun = {
    ...{ id: randomBytes(6).toString('hex'), entry: entry.name, run: ctx.runId, backup: record.id, startedAt },
    rpoMs: isAhead(record, startedAt) ? null : Math.max(0, startedAt.getTime() - record.startedAt.getTime()),
  }
  const startedMs = ctx.clock.monotonicMs()
  const finish = async (
    assertions: readonly DrillAssertion[],
    failure: { readonly code: BackupFailure; readonly text: Text } | undefined,
    isOver: boolean,
  ): Promise<DrillRecord> => {
    const rtoMs = isOver ? Math.round(ctx.clock.monotonicMs() - startedMs) : null
    const over = failure ?? targetMissed(entry.options, rtoMs, begun.rpoMs, record)
    const status = over === undefined ? 'passed' : 'failed'
    const drill: DrillRecord = { ...begun, finishedAt: ctx.clock.now(), status, rtoMs, assertions, failure: over }
    await ctx.backups.keepDrill(drill)
    return drill
  }
  const assertions: DrillAssertion[] = []
  try {
    const opened = await openBackup({ ...entry, entry: entry.name }, record, repository, ctx)
    await withScratch(ctx, (scratch) => rehearseAll(opened, scratch, entry.options, ctx, assertions))
    const wrong = assertions.find(({ status }) => status === 'fail')
    const failure = wrong && { code: wrong.failure ?? 'assertion', text: failedAssertion(wrong) }
    return await finish(assertions, failure, true)
  } catch (error) {
    if (!(error instanceof BackupError) || ctx.signal.aborted) throw error
    return finish(assertions, { code: error.failure, text: error.text }, false)
  }
}

async function rehearseAll(
  { manifest, components }: OpenBackup,
  scratch: string,
  { drill, what }: EntryOptions,
  ctx: StepContext,
  assertions: DrillAssertion[],
): Promise<void> {
  const missing = manifest.parts.filter(({ packed }) => packed === null)
  if (missing.length > 0)
    throw new BackupError(
      'volume-missing',
      notWhole({ failed: missing.map((part) => `${part.component}/${part.name}`) }),
    )
  const needed =
    manifest.parts.reduce((sum, { packed }) => sum + (packed === null ? 0 : wholeBytesOf(packed)), 0) * spaceFactor
  const { bavail, bsize } = await statfs(scratch)
  if (bavail * bsize < needed)
    throw new BackupError('no-space', noSpace({ folder: scratch, free: bavail * bsize, needed }))
  const all = components(scratch)
  const rehearsals: Rehearsal[] = []
  const copies = new Map<string, Rehearsal['env']>()
  try {
    for (const [index, stored] of all.entries()) {
      ctx.progress(index / all.length)
      const { ability, ctx: own, name } = copied(stored.component, ctx)
      const place = join(scratch, `rehearsal-${index}`)
      await mkdir(place, { mode: 0o700 })
      const rehearsal = await ability.rehearse(own, stored, place)
      rehearsals.push(rehearsal)
      copies.set(name, rehearsal.env)
      const questions = drill.questions.filter(({ component = what[0] }) => component === name)
      const told = await rehearsal.assertions(questions)
      assertions.push(...told, ...unanswered(name, told, questions))
    }
    if (drill.app !== undefined) assertions.push(await bootApplication(drill.app, copies, ctx))
  } finally {
    // All are ended, whatever one of them says.
    const ended = await Promise.allSettled(rehearsals.toReversed().map((one) => one.end()))
    const failed = ended.find((one) => one.status === 'rejected')
    if (failed !== undefined) ctx.record({ what: 'end of the rehearsal', output: String(failed.reason) })
  }
}

/** What was compared with nothing is not proved, and a question without an answer is none that holds. */
function unanswered(
  component: string,
  told: readonly DrillAssertion[],
  questions: readonly DrillQuestion[],
): readonly DrillAssertion[] {
  const failed = { status: 'fail', actual: 'no answer' } as const
  const left = questions.filter((question) => !told.some(({ name }) => name.includes(question.name)))
  const nothing = told.length === 0 ? [{ ...failed, name: component, expected: 'something to compare' }] : []
  return [...nothing, ...left.map(({ name, expect }) => ({ ...failed, name, expected: expect }))]
}

function targetMissed(
  { drill: { rto, rpo } }: EntryOptions,
  rtoMs: number | null,
  rpoMs: number | null,
  { startedAt }: BackupRecord,
): { readonly code: BackupFailure; readonly text: Text } | undefined {
  if (rpo !== undefined && rpoMs === null)
    return { code: 'too-old', text: datedAhead({ startedAt: startedAt.toISOString() }) }
  if (rpo !== undefined && rpoMs !== null && rpoMs > rpo)
    return { code: 'too-old', text: tooOld({ ageMs: rpoMs, limitMs: rpo }) }
  if (rto !== undefined && rtoMs !== null && rtoMs > rto)
    return { code: 'assertion', text: tooSlow({ ms: rtoMs, limitMs: rto }) }
  return undefined
}
