import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { addressOf } from '../connection/address.ts'
import { type Answer, ask } from '../connection/connection.ts'
import { keyOf } from '../indexes/index-usage.ts'
import { type Index, indexes } from '../indexes/indexes.ts'
import type { PostgresOptions } from '../options.ts'

const notAsked = message<{ replica: string; detail: string }>('postgres.replica-not-asked', {
  en: (p) => `could not tell: the replica ${p.replica} could not be asked what it reads (${p.detail})`,
  fr: (p) => `indéterminé : le réplica ${p.replica} n'a pas pu dire ce qu'il lit (${p.detail})`,
})
const noReplica = message<{ replica: string }>('postgres.no-replica-of-ours', {
  en: (p) => `could not tell: ${p.replica} is no replica of this server`,
  fr: (p) => `indéterminé : ${p.replica} n'est pas un réplica de ce serveur`,
})
const replicaYoung = message<{ replica: string; ageMs: number; neededMs: number }>('postgres.replica-young', {
  en: (p, f) =>
    `could not tell: the replica ${p.replica} counts for ${f.duration(p.ageMs)} only, ${f.duration(p.neededMs)} are needed`,
  fr: (p, f) =>
    `indéterminé : le réplica ${p.replica} ne compte que depuis ${f.duration(p.ageMs)}, il en faut ${f.duration(p.neededMs)}`,
})
const replicaRemedy = message('postgres.replica-remedy', {
  en: () =>
    'Is it up, and is its url among "replicas" of the component right? Its statistics begin anew when it restarts',
  fr: () =>
    'Est-il démarré, et son url dans « replicas » du composant est-elle juste ? Ses statistiques repartent de zéro quand il redémarre',
})
export const replicaReadTexts = [notAsked, noReplica, replicaYoung, replicaRemedy]

/** What one replica that the config names has read. */
export interface ReplicaReads {
  /** Its host and port. */
  readonly replica: string
  readonly answer: Answer<Index>
  /** As `Primary.system`. */
  readonly system: string | undefined
}

/** Asks every replica of the config, each once. */
export async function replicaReads(
  { options, ...component }: Component<PostgresOptions>,
  ctx: StepContext,
): Promise<readonly ReplicaReads[]> {
  const reads = new Map<string, ReplicaReads>()
  for (const [at, url] of options.replicas.entries()) {
    const address = addressOf(await ctx.reveal(url))
    const replica = address === undefined ? `${at + 1}` : `${address.host}:${address.port}`
    if (reads.has(replica)) continue
    // Its own connections beside those of the primary.
    const there: StepContext = {
      ...ctx,
      share: (key, open, close) => ctx.share(`${key} of replica ${at}`, open, close),
    }
    const named = { ...component, options: { ...options, url } }
    const answer = await indexes(named, there)
    const sql = 'select system_identifier::text as system from pg_control_system()'
    const told = answer.ok ? await ask<{ system: string }>(named, { sql }, there) : undefined
    reads.set(replica, { replica, answer, system: told?.ok === true ? told.rows[0]?.system : undefined })
  }
  return [...reads.values()]
}

/** Why what they have read does not tell enough; undefined when it does. */
export function untold(reads: readonly ReplicaReads[], system: string | undefined, neededMs: number) {
  for (const { replica, answer, system: own } of reads) {
    const remedy = replicaRemedy({})
    if (!answer.ok) return { reason: notAsked({ replica, detail: answer.detail }), remedy }
    if (!answer.isStandby || own === undefined || own !== system) return { reason: noReplica({ replica }), remedy }
    if (!answer.isCounting) return { reason: notAsked({ replica, detail: 'track_counts = off' }), remedy }
    const ageMs = answer.rows[0]?.statisticsAgeMs ?? 0
    if (answer.rows.length > 0 && ageMs < neededMs)
      return { reason: replicaYoung({ replica, ageMs, neededMs }), remedy }
  }
  return undefined
}

/** Scans of an index on all of them together. */
export function scansThere(reads: readonly ReplicaReads[]): (index: Index) => number {
  const scans = new Map<string, number>()
  for (const { answer } of reads) {
    for (const one of answer.ok ? answer.rows : []) {
      const key = keyOf(one.schema, one.name)
      scans.set(key, (scans.get(key) ?? 0) + one.scans)
    }
  }
  return ({ schema, name }) => scans.get(keyOf(schema, name)) ?? 0
}
