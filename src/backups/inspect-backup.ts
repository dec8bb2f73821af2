import { BackupError, type BackupFailure, type VerifyAnswer } from '../core/backup.ts'
import type { BackupRecord } from '../core/backup-record.ts'
import type { Component } from '../core/check.ts'
import type { StepContext } from '../core/context.ts'
import { message, type Text } from '../core/message.ts'
import type { Repository } from '../core/repository.ts'
import { checkGuides, guideTexts } from './check-guides.ts'
import type { Manifest } from './manifest.ts'
import { openBackup } from './open-backup.ts'
import type { EntryOptions } from './options.ts'
import { checkPart } from './packing/check-part.ts'
import { ownSegments } from './packing/packed-part.ts'
import { withScratch } from './scratch.ts'
import { lookInto, lookIntoTexts } from './verify/look-into.ts'

const missing = message<{ object: string; place: string }>('backups.object-missing', {
  en: (p) => `${p.object} is gone from ${p.place}`,
  fr: (p) => `${p.object} a disparu de ${p.place}`,
})
const otherSize = message<{ object: string; bytes: number; wanted: number }>('backups.object-size', {
  en: (p, f) => `${p.object} has ${f.number(p.bytes)} bytes where ${f.number(p.wanted)} were written`,
  fr: (p, f) => `${p.object} a ${f.number(p.bytes)} octets au lieu des ${f.number(p.wanted)} écrits`,
})
const notAsTold = message<{ component: string; name: string; expected: string; actual: string; others: number }>(
  'backups.verify-not-as-told',
  {
    en: (p, f) =>
      `What is in ${p.component} is not what was copied: ${p.name} should be ${p.expected}, and is ${p.actual}${p.others === 0 ? '' : f.plural(p.others, { one: '; 1 thing more', other: `; ${f.number(p.others)} things more` })}`,
    fr: (p, f) =>
      `Le contenu de ${p.component} n'est pas ce qui a été copié : ${p.name} devrait être ${p.expected}, et est ${p.actual}${p.others === 0 ? '' : f.plural(p.others, { one: ' ; 1 autre écart', other: ` ; ${f.number(p.others)} autres écarts` })}`,
  },
)
export const inspectTexts = [missing, otherSize, notAsTold, ...guideTexts, ...lookIntoTexts]

/** A place that does not answer, and a disk of our own that is full while we read, are no fault of a backup. */
const saysNothing: ReadonlySet<BackupFailure> = new Set(['unreachable', 'no-space'])

export interface Inspected {
  readonly id: string
  readonly problem: { readonly code: BackupFailure; readonly text: Text } | undefined
  /** Every byte of it was read and is what was dumped. */
  readonly wasRead: boolean
  /** Its bytes were asked for and can only be checked as they are stored: the key is elsewhere. */
  readonly isLocked: boolean
  /** What its components answered of their content. */
  readonly answers: readonly (VerifyAnswer & { readonly component: string })[]
  readonly notes: readonly { readonly component: string; readonly text: Text }[]
}

/** Looks at one backup in the repository. Throws only what says nothing of it: a repository that does not answer, our full disk. */
export async function inspectBackup(
  { name: entry, system, options }: Component<EntryOptions>,
  record: BackupRecord,
  { repository, readsAll }: { readonly repository: Repository; readonly readsAll: boolean },
  ctx: StepContext,
): Promise<Inspected> {
  const told = { id: record.id, problem: undefined, wasRead: false, isLocked: false, answers: [], notes: [] }
  try {
    const opened = await openBackup({ system, entry, options }, record, repository, ctx)
    for (const manifest of [opened.manifest, ...opened.others]) await lookAtObjects(manifest, repository)
    await checkGuides(opened.manifest, record, repository)
    if (!readsAll) return told
    if (isEncrypted(opened.manifest) && options.encrypt?.identity === undefined) {
      for (const { packed } of opened.manifest.parts) if (packed !== null) await checkPart(packed, repository)
      return { ...told, isLocked: true }
    }
    const answers: Inspected['answers'][number][] = []
    const notes: Inspected['notes'][number][] = []
    await withScratch(ctx, async (scratch) => {
      for (const stored of opened.components(scratch)) {
        const looked = await lookInto(stored, ctx)
        const { component } = stored
        answers.push(...looked.answers.map((answer) => ({ ...answer, component })))
        notes.push(...looked.notes.map((text) => ({ component, text })))
      }
    })
    return { ...told, problem: problemIn(answers), wasRead: true, answers, notes }
  } catch (error) {
    if (!(error instanceof BackupError) || saysNothing.has(error.failure)) throw error
    return { ...told, problem: { code: error.failure, text: error.text } }
  }
}

/** Of a copy that says wrong things of itself; what is only about the living is no fault of it. */
function problemIn(answers: Inspected['answers']): Inspected['problem'] {
  const wrong = answers.filter(({ status, isOfSource }) => status === 'fail' && isOfSource !== true)
  const [first] = wrong
  if (first === undefined) return undefined
  const { component, name, expected, actual, failure = 'assertion' } = first
  return { code: failure, text: notAsTold({ component, name, expected, actual, others: wrong.length - 1 }) }
}

async function lookAtObjects({ parts }: Manifest, repository: Repository): Promise<void> {
  for (const { packed } of parts)
    for (const { object, storedBytes } of packed === null ? [] : ownSegments(packed)) {
      if (object === null) continue
      const there = await repository.look(object)
      if (there === undefined) throw new BackupError('truncated', missing({ object, place: repository.place }))
      if (there.bytes !== storedBytes)
        throw new BackupError(
          there.bytes < storedBytes ? 'truncated' : 'checksum',
          otherSize({ object, bytes: there.bytes, wanted: storedBytes }),
        )
    }
}

export function isEncrypted({ parts }: Manifest): boolean {
  return parts.some(({ packed }) => packed?.encryption === 'age')
}
