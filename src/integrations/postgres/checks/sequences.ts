import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type FindingDraft, statusOf, type Verdict } from '../../../core/verdict.ts'
import { quoted } from '../identifier.ts'
import type { PostgresOptions } from '../options.ts'
import {
  filling,
  lookAgain,
  noSequences,
  readSequences,
  sequenceTexts,
  unseenSequences,
  wideEnough,
  widen,
} from '../server/sequence-texts.ts'
import { fillOf, type Sequence, type SequencesSeen, sequences } from '../server/sequences.ts'
import { blind, postgresTexts, rightDatabase } from '../texts.ts'
import { toldOf, toldTexts } from '../told-findings.ts'

/** How far sequences are from the end of what they, and the columns that they feed, can hold. */
export const sequencesCheck = defineCheck<PostgresOptions>()({
  kind: 'postgres-sequences',
  summary: message('postgres.sequences-summary', {
    en: () => 'sequences are not running out',
    fr: () => "les séquences ne s'épuisent pas",
  }),
  options: z.strictObject({
    /** check_postgres warns at 85 % and is critical at 95 %; a column needs weeks to be widened without a stop. */
    warn: z.number().positive().max(1).default(0.7),
    fail: z.number().positive().max(1).default(0.9),
  }),
  cadence: 'daily',
  criticality: 'critical',
  messages: [...postgresTexts, ...toldTexts, ...sequenceTexts],
  probe: (component, _, ctx): Promise<SequencesSeen> => sequences(component, ctx),
  judge: ({ answer, isCut }, { warn, fail }) => {
    if (!answer.ok) return blind(answer)
    if (answer.rows.length === 0)
      return { status: 'skipped', because: 'by-design', reason: noSequences({}), remedy: rightDatabase({}) }
    const seen = answer.rows.filter(({ unseen }) => unseen === null)
    const filled = seen
      .flatMap((sequence) => {
        const fill = fillOf(sequence)
        return fill === undefined ? [] : [{ sequence, fill }]
      })
      .toSorted((a, b) => b.fill.ratio - a.fill.ratio)
    const findings = filled
      .filter(({ fill }) => fill.ratio >= Math.min(warn, fail))
      .map(({ sequence, fill }): FindingDraft => {
        const { column } = sequence
        const [ratio, left] = [fill.ratio, fill.left]
        return {
          subject: nameOf(sequence),
          severity: ratio >= fail || left === 0 ? 'critical' : 'medium',
          title: filling({
            ...{ name: nameOf(sequence), ratio, left },
            column: column === null ? null : `${column.schema}.${column.table}.${column.name}`,
            type: column?.type ?? sequence.type,
          }),
          remedy: widen(sequence, fill),
        }
      })
    const [fullest] = filled
    const measurements = {
      sequences: answer.rows.length,
      unseen_sequences: answer.rows.length - seen.length,
      fullest_ratio: fullest?.fill.ratio ?? 0,
    }
    const open = couldNotTell(answer.rows, isCut, measurements)
    const [first] = findings
    if (first !== undefined) {
      const names = seen.map(nameOf)
      const told = toldOf(findings, names, open === undefined ? undefined : names)
      return { status: statusOf(findings), saw: seen.length, measurements, ...told, reason: first.title }
    }
    if (open !== undefined) return open
    const told = { fullest: fullest === undefined ? '–' : nameOf(fullest.sequence), ratio: fullest?.fill.ratio ?? 0 }
    return { status: 'pass', saw: seen.length, measurements, reason: wideEnough({ count: seen.length, ...told }) }
  },
})

/** Undefined when all were seen. */
function couldNotTell(
  all: readonly Sequence[],
  isCut: boolean,
  measurements: Readonly<Record<string, number>>,
): Verdict | undefined {
  const unseen = all.filter((one) => one.unseen !== null)
  const first = unseen.find((one) => one.unseen === 'denied') ?? unseen[0] ?? (isCut ? all.at(-1) : undefined)
  if (first === undefined) return undefined
  const why = first.unseen ?? 'cut'
  const reason = unseenSequences({ count: unseen.length, all: all.length, first: nameOf(first), why })
  const remedy =
    why === 'denied' ? readSequences({ schema: quoted(first.schema), role: quoted(first.role) }) : lookAgain({})
  return { status: 'error', reason, remedy, measurements }
}

function nameOf({ schema, name }: Sequence): string {
  return `${schema}.${name}`
}
