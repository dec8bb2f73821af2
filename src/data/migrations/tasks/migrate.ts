import * as z from 'zod'
import type { StepContext } from '../../../core/context.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { Migration } from '../../../core/migrations.ts'
import { type Action, type ActionOutcome, defineTask } from '../../../core/task.ts'
import { nameOf, pendingOf } from '../ready.ts'
import { destroys } from '../review/review-sql.ts'
import type { Warning } from '../review/warning.ts'
import { type TableBytes, tableBytesOf } from '../review-facts.ts'
import { reviewPending } from '../review-pending.ts'
import * as texts from '../texts.ts'
import { type CodeOptions, listAt, type Tools, textsOf, type Workplace, workplaceOf } from '../tools.ts'

/** Applies what is pending, each as an action of its own where the tool can stop, with what the review says of its SQL. */
export function createMigrateTask(tools: Tools) {
  return defineTask<CodeOptions>()({
    kind: 'migrate',
    summary: message('migrations.migrate-summary', {
      en: () => 'apply the pending migrations',
      fr: () => 'appliquer les migrations en attente',
    }),
    options: z.strictObject({
      /** The last one to apply; '' applies all. */
      target: z.string().default(''),
      /** A repair that the tool offers, in place of applying: such as `fake-initial`. */
      repair: z.string().default(''),
    }),
    effect: 'destroy',
    appliesTo: ({ migrations }) => migrations !== undefined,
    messages: textsOf(tools),
    plan: async (component, { target, repair }, ctx): Promise<readonly Action[]> => {
      const place = await workplaceOf(component, tools, ctx)
      if (repair !== '') return planRepair(place, repair, ctx)
      const list = await listAt(place, ctx, false)
      const wanted = upTo(pendingOf(list), list.migrations, target)
      if (target !== '' && !place.tool.canStopAt && wanted.length < pendingOf(list).length)
        throw new VigieError('usage', texts.noStop({ id: target }))
      if (wanted.length === 0) return []
      const groups = place.tool.canStopAt ? wanted.map((one) => [one]) : [wanted]
      const actions: Action[] = []
      const tableBytes = await tableBytesOf(place, ctx)
      // One after the other: each may start a program of the team's.
      for (const group of groups) actions.push(await actionOf(group, place, component.name, tableBytes, ctx))
      return actions
    },
    execute: async ({ target, expected }, component, _, ctx): Promise<ActionOutcome> => {
      const place = await workplaceOf(component, tools, ctx)
      const ids = idsIn(expected['ids'])
      const repair = expected['repair']
      if (typeof repair === 'string') return doRepair(place, repair, ids, ctx)
      const list = await listAt(place, ctx, false)
      const seen = new Map(list.migrations.map((one) => [one.id, one]))
      if (ids.every((id) => seen.get(id)?.state === 'applied'))
        return { status: 'skipped', reason: texts.alreadyDone({}) }
      const pending = pendingOf(list)
      const first = pending.slice(0, ids.length)
      const isSame =
        first.map(({ id }) => id).join('\n') === ids.join('\n') &&
        first.map(({ fingerprint = '' }) => fingerprint).join('\n') === idsIn(expected['fingerprints']).join('\n') &&
        (place.tool.canStopAt || pending.length === ids.length)
      if (!isSame) return { status: 'skipped', reason: texts.otherNow({}) }
      const last = ids.at(-1) ?? target
      await applyAndLook(place, last, ids, ctx)
      return { status: 'done', changed: true }
    },
  })
}

async function actionOf(
  group: readonly Migration[],
  place: Workplace,
  component: string,
  tableBytes: TableBytes,
  ctx: StepContext,
): Promise<Action> {
  const warnings: Warning[] = []
  for (const { id } of group) warnings.push(...(await reviewPending(place, id, tableBytes, ctx)))
  return {
    summary: texts.applyAction({ names: group.map(nameOf), warnings }),
    effect: destroys(warnings) ? 'destroy' : 'disrupt',
    target: `${component}: ${group.map(({ id }) => id).join(', ')}`,
    expected: { ids: group.map(({ id }) => id), fingerprints: group.map(({ fingerprint = '' }) => fingerprint) },
  }
}

/** Applies, and looks whether it is so: a tool may end well and leave it undone. Throws with the state that is left. */
async function applyAndLook(place: Workplace, last: string, ids: readonly string[], ctx: StepContext): Promise<void> {
  try {
    await place.tool.apply(place.site, last, ctx)
  } catch (error) {
    if (!(error instanceof VigieError)) throw error
    throw await withState(error, place, last, ctx)
  }
  const { migrations } = await listAt(place, ctx, true)
  const isApplied = (id: string): boolean => migrations.some((one) => one.id === id && one.state === 'applied')
  const left = ids.find((id) => !isApplied(id))
  if (left !== undefined)
    throw new VigieError('action-refused', texts.notThere({ id: left }), { hint: texts.seeStatus({}) })
}

async function withState(error: VigieError, place: Workplace, id: string, ctx: StepContext): Promise<VigieError> {
  const { detail: words } = error.text.params
  const said = typeof words === 'string' ? words : error.code
  const detail = said === '' ? '' : `${said}.`
  const seen = await listAt(place, ctx, false).catch(() => undefined)
  const state = seen === undefined ? 'unseen' : (seen.migrations.find((one) => one.id === id)?.state ?? 'gone')
  const last = seen?.migrations.findLast((one) => one.state === 'applied')?.id ?? ''
  return new VigieError(error.code, texts.applyFailed({ id, state, last, detail }), {
    hint: texts.applyFailedHint({}),
    cause: error,
  })
}

async function planRepair({ kind, tool, site }: Workplace, repair: string, ctx: StepContext): Promise<Action[]> {
  const offered = (await tool.repairs?.(site, ctx))?.find(({ name }) => name === repair)
  if (offered === undefined) throw new VigieError('usage', texts.noRepair({ repair }), { hint: texts.seeStatus({}) })
  const ids = [...offered.migrations]
  return [
    {
      summary: texts.repairAction({ repair, names: ids, tool: kind.kind }),
      effect: 'change',
      target: `${repair}: ${ids.join(', ')}`,
      expected: { repair, ids },
    },
  ]
}

async function doRepair(
  { tool, site }: Workplace,
  repair: string,
  ids: readonly string[],
  ctx: StepContext,
): Promise<ActionOutcome> {
  const offered = (await tool.repairs?.(site, ctx))?.find(({ name }) => name === repair)
  if (offered === undefined || offered.migrations.join('\n') !== ids.join('\n'))
    return { status: 'skipped', reason: texts.otherNow({}) }
  await tool.repair?.(site, repair, ctx)
  const after = await tool.list(site, ctx)
  const left = ids.find((id) => !after.migrations.some((one) => one.id === id && one.state === 'applied'))
  if (left !== undefined)
    throw new VigieError('action-refused', texts.notThere({ id: left }), { hint: texts.seeStatus({}) })
  return { status: 'done', changed: true }
}

/** Throws `usage` for a target that is none. */
function upTo(pending: readonly Migration[], all: readonly Migration[], target: string): readonly Migration[] {
  if (target === '') return pending
  const index = pending.findIndex(({ id }) => id === target)
  if (index >= 0) return pending.slice(0, index + 1)
  if (all.some(({ id }) => id === target)) return []
  throw new VigieError('usage', texts.noSuchTarget({ id: target }), { hint: texts.seeStatus({}) })
}

function idsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : []
}
