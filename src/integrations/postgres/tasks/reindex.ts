import * as z from 'zod'
import { bytesSchema } from '../../../core/bytes.ts'
import type { Component } from '../../../core/check.ts'
import type { StepContext } from '../../../core/context.ts'
import { durationSchema } from '../../../core/duration.ts'
import { VigieError } from '../../../core/errors.ts'
import { message, type Text } from '../../../core/message.ts'
import { noTime } from '../../../core/refusals.ts'
import { type Action, type ActionOutcome, defineTask } from '../../../core/task.ts'
import { type Acting, acting } from '../acting/acting.ts'
import { isRefusedFor } from '../acting/acting-refusals.ts'
import { actingTexts } from '../acting/acting-texts.ts'
import { withProgress } from '../acting/progress-beside.ts'
import { awaitRoom } from '../acting/room-to-act.ts'
import type { Judged } from '../bloat/estimate.ts'
import { indexGains, measuredGain } from '../bloat/index-gains.ts'
import { readerIn } from '../connection/reader.ts'
import { quoted } from '../identifier.ts'
import { type Leftover, leftovers } from '../indexes/leftover-indexes.ts'
import { type RebuildFacts, rebuildFacts } from '../indexes/rebuild-facts.ts'
import {
  dropLeftover,
  indexFine,
  indexGone,
  indexLocked,
  indexUnderWay,
  mayNotRebuild,
  noSpace,
  noSpaceRemedy,
  noSuchIndex,
  noSuchIndexRemedy,
  notConcurrently,
  notConcurrentlyRemedy,
  ownerRemedy,
  rebuildIndex,
  rebuilt,
  reindexTexts,
  spaceUnknown,
  spaceUnknownRemedy,
} from '../indexes/reindex-texts.ts'
import { spaceForIndex } from '../indexes/space-for-index.ts'
import type { PostgresOptions } from '../options.ts'

const hourMs = 3_600_000
/** For itself, the files of its sort, and its WAL: what a build may take on one file system. */
const copies = 3

const options = z.strictObject({
  /** This one index, whatever would be gained: `orders_pkey`, `public.orders_pkey`; '' is all that gain enough. */
  index: z.string().max(200).default(''),
  /** Of its bytes. Up to 30 % is what a B-tree in use settles at: pages split in halves, and leaf pages are filled to 90 %. */
  minRatio: z.number().min(0.05).max(1).default(0.3),
  minGain: bytesSchema.default(100_000_000),
  /** What stays free beside all that a build may take. */
  keepFree: bytesSchema.default(1_000_000_000),
  /** What is known to be free on a server whose disk cannot be seen from here. */
  assumeSpace: bytesSchema.optional(),
  /** How long it waits for older transactions to end, which holds up nobody. */
  patience: durationSchema.refine((ms) => ms > 0, noTime.code).default(600_000),
  /** Those with the highest gain, so many in one run. */
  atMost: z.number().int().min(1).max(1000).default(20),
})
type Options = z.output<typeof options>

/** Rebuilds bloated indexes beside the work of the application, one at a time, and drops what failed rebuilds left. */
export const reindexTask = defineTask<PostgresOptions>()({
  kind: 'postgres-reindex',
  summary: message('postgres.reindex-summary', {
    en: () => 'rebuild bloated indexes',
    fr: () => 'reconstruire les index gonflés',
  }),
  options,
  effect: 'change',
  isIdempotent: true,
  cadence: 'monthly',
  criticality: 'informative',
  timeoutMs: 6 * hourMs,
  messages: [...new Set([...actingTexts, ...reindexTexts])],
  plan: async (component, limits, ctx) =>
    acting(component.options, ctx, async (session) => {
      const drops = (await leftovers(session)).filter(({ mayDrop }) => mayDrop).map(dropAction)
      const chosen =
        limits.index === ''
          ? await bloated(session, limits, ctx)
          : [{ ...(await asked(session, limits.index)), gain: 0 }]
      const [first] = chosen
      if (first === undefined) return drops
      if (chosen.every(({ mayRebuild }) => !mayRebuild))
        throw new VigieError('action-refused', await denied(session, first), { hint: ownerRemedy({}) })
      const fitting: Candidate[] = []
      let lack: VigieError | undefined
      for (const facts of chosen) {
        const why = await lackOfSpace(session, component.options, facts, limits, ctx)
        if (why === undefined) fitting.push(facts)
        lack ??= why
      }
      // What is left over goes in any case: that makes room. The next run tells of the rest.
      if (lack !== undefined && fitting.length + drops.length === 0) throw lack
      return [...drops, ...fitting.map((facts) => rebuildAction(facts, limits))]
    }),
  execute: async (action, component, limits, ctx) =>
    acting(component.options, ctx, async (session) => {
      await awaitRoom(session, component.options.limits, ctx)
      return action.expected['what'] === 'drop'
        ? drop(session, action)
        : rebuild(session, action, component, limits, ctx)
    }),
})

function dropAction({ oid, schema, name, of, bytes }: Leftover): Action {
  return {
    summary: dropLeftover({ name: `${schema}.${name}`, of, bytes }),
    effect: 'change',
    target: `${schema}.${name}`,
    expected: { what: 'drop', oid, schema, name },
  }
}

function rebuildAction({ oid, schema, table, name, bytes, gain }: Candidate, { index }: Options): Action {
  const isAsked = index !== ''
  return {
    summary: rebuildIndex({ name: `${schema}.${name}`, table, bytes, gain, isAsked }),
    effect: 'change',
    target: `${schema}.${name}`,
    expected: { what: 'rebuild', oid, schema, name },
  }
}

/** Bytes that a rebuild gives back; 0 when nobody asked. */
type Candidate = RebuildFacts & { readonly gain: number }

/** Those that gain enough, the most first. */
async function bloated(session: Acting, limits: Options, ctx: StepContext): Promise<readonly Candidate[]> {
  const all = await rebuildFacts(session, { minBytes: limits.minGain })
  const leftOut = all.filter(({ isExclusion }) => isExclusion)
  if (leftOut.length > 0)
    ctx.record({
      what: 'left out: they back exclusion constraints',
      output: leftOut.map(({ name }) => name).join('\n'),
    })
  const gains = await indexGains(session, limits.minGain)
  const found: Candidate[] = []
  for (const facts of all.filter(canBeRebuilt)) {
    const gain = await worthOf(session, gains.get(facts.oid), limits)
    if (gain !== undefined) found.push({ ...facts, gain })
  }
  return found.toSorted((a, b) => b.gain - a.gain).slice(0, limits.atMost)
}

function canBeRebuilt({ isValid, isExclusion, isPartitioned, isUnderWay }: RebuildFacts): boolean {
  return isValid && !isExclusion && !isPartitioned && !isUnderWay
}

/** Bytes that a rebuild gives back, when they are enough; measured only if the estimate is. */
async function worthOf(session: Acting, estimate: Judged | undefined, limits: Options): Promise<number | undefined> {
  if (estimate === undefined || !isWorthIt(estimate, limits)) return undefined
  const exact = await measuredGain(session, estimate)
  return isWorthIt(exact, limits) ? exact.bloatBytes : undefined
}

function isWorthIt({ bytes, bloatBytes }: Judged, { minRatio, minGain }: Options): boolean {
  return bloatBytes >= minGain && bloatBytes >= minRatio * bytes
}

async function asked(session: Acting, name: string): Promise<RebuildFacts> {
  const found = await rebuildFacts(session, { name, minBytes: 0 })
  const exact = found.filter((one) => `${one.schema}.${one.name}` === name)
  const [only, ...others] = exact.length > 0 ? exact : found
  if (only === undefined || others.length > 0)
    throw new VigieError('action-refused', noSuchIndex({ name, count: found.length }), { hint: noSuchIndexRemedy({}) })
  const why = only.isExclusion ? 'exclusion' : only.isPartitioned ? 'partitioned' : undefined
  if (why !== undefined)
    throw new VigieError('action-refused', notConcurrently({ name, why }), {
      hint: notConcurrentlyRemedy({ index: quoted(only.schema, only.name), why }),
    })
  return only
}

async function denied(session: Acting, { schema, table, name }: RebuildFacts): Promise<Text> {
  const { rows } = await session.query<{ role: string }>('select current_user as role')
  const [role, hasMaintain] = [quoted(rows[0]?.role ?? ''), session.serverVersion >= 170_000]
  return mayNotRebuild({ name: `${schema}.${name}`, table: quoted(schema, table), role, hasMaintain })
}

/** Why there is no room for it; the new one is taken to be as large as the old one, since an estimate may be wrong. */
async function lackOfSpace(
  session: Acting,
  component: PostgresOptions,
  { schema, name: own, bytes, tablespace }: RebuildFacts,
  { keepFree, assumeSpace }: Options,
  ctx: StepContext,
): Promise<VigieError | undefined> {
  const name = `${schema}.${own}`
  const told =
    assumeSpace === undefined
      ? undefined
      : { neededBytes: bytes * copies, freeBytes: assumeSpace, folder: 'assumeSpace' }
  const space = (await spaceForIndex(readerIn(session), component, { tablespace, bytes }, ctx)) ?? told
  if (space === undefined)
    return new VigieError('action-refused', spaceUnknown({ name, neededBytes: bytes * copies }), {
      hint: spaceUnknownRemedy({}),
    })
  ctx.record({ what: `space for ${name}`, output: JSON.stringify(space) })
  if (space.freeBytes - space.neededBytes >= keepFree) return undefined
  return new VigieError('action-refused', noSpace({ name, ...space, keepBytes: keepFree }), { hint: noSpaceRemedy({}) })
}

async function drop(session: Acting, { expected }: Action): Promise<ActionOutcome> {
  const [one] = await leftovers(session, { oid: Number(expected['oid']) })
  if (one === undefined || one.name !== expected['name'] || one.schema !== expected['schema'])
    return { status: 'skipped', reason: indexGone({}) }
  try {
    await session.query(`drop index concurrently ${quoted(one.schema, one.name)}`)
    return { status: 'done', changed: true, bytes: one.bytes }
  } catch (error) {
    if (isRefusedFor(error, 'lock')) return { status: 'skipped', reason: indexLocked({ left: [one.name] }) }
    throw error
  }
}

async function rebuild(
  session: Acting,
  { expected }: Action,
  component: Component<PostgresOptions>,
  limits: Options,
  ctx: StepContext,
): Promise<ActionOutcome> {
  const [facts] = await rebuildFacts(session, { oid: Number(expected['oid']), minBytes: 0 })
  if (facts === undefined || facts.name !== expected['name'] || facts.schema !== expected['schema'])
    return { status: 'skipped', reason: indexGone({}) }
  if (facts.isUnderWay) return { status: 'skipped', reason: indexUnderWay({}) }
  if (!facts.mayRebuild) return { status: 'skipped', reason: await denied(session, facts) }
  const isAsked = limits.index !== ''
  if (!isAsked && !(canBeRebuilt(facts) && (await isWorthItStill(session, facts, limits))))
    return { status: 'skipped', reason: indexFine({}) }
  const lack = await lackOfSpace(session, component.options, facts, limits, ctx)
  if (lack !== undefined) return { status: 'skipped', reason: lack.text }
  const before = new Set((await leftovers(session, { beside: facts.oid })).map(({ oid }) => oid))
  const started = ctx.clock.monotonicMs()
  const index = quoted(facts.schema, facts.name)
  await session.setLimits({ lockMs: limits.patience })
  const done = async (left: readonly string[]): Promise<ActionOutcome | undefined> => {
    const bearing = await rebuildFacts(session, { name: facts.name, minBytes: 0 })
    const now = bearing.find((one) => one.schema === facts.schema && one.name === facts.name)
    // The new one bears the name as soon as it is in use, and is another.
    if (now === undefined || now.oid === facts.oid || !now.isValid) return undefined
    const ms = Math.round(ctx.clock.monotonicMs() - started)
    const note = rebuilt({ bytes: facts.bytes, bytesAfter: now.bytes, ms, left })
    return { status: 'done', changed: true, note, bytes: left.length > 0 ? 0 : Math.max(0, facts.bytes - now.bytes) }
  }
  let left: readonly string[] = []
  try {
    await withProgress(component, session.pid, ctx, () => session.query(`reindex index concurrently ${index}`))
  } catch (error) {
    left = await cleanUp(session, facts, before, component.options)
    if (isRefusedFor(error, 'gone')) return { status: 'skipped', reason: indexGone({}) }
    if (!isRefusedFor(error, 'lock')) throw error
  }
  return (await done(left)) ?? { status: 'skipped', reason: indexLocked({ left }) }
}

async function isWorthItStill(session: Acting, { oid }: RebuildFacts, limits: Options): Promise<boolean> {
  const gains = await indexGains(session, limits.minGain)
  return (await worthOf(session, gains.get(oid), limits)) !== undefined
}

/** Drops what the attempt left, and gives the names of what stays: of a connection that was cut, nobody can tell. */
async function cleanUp(
  session: Acting,
  { oid }: RebuildFacts,
  before: ReadonlySet<number>,
  { actingLockTimeout }: PostgresOptions,
): Promise<readonly string[]> {
  const left: string[] = []
  try {
    await session.setLimits({ lockMs: actingLockTimeout })
    for (const one of await leftovers(session, { beside: oid })) {
      if (before.has(one.oid)) continue
      left.push(one.name)
      await session.query(`drop index concurrently ${quoted(one.schema, one.name)}`)
      left.pop()
    }
  } catch {
    // What brought us here is told; what stays is dropped by the next run, and named by the check of invalid indexes.
  }
  return left
}
