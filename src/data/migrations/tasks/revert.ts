import * as z from 'zod'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { type Action, defineTask } from '../../../core/task.ts'
import { nameOf } from '../ready.ts'
import * as texts from '../texts.ts'
import { type CodeOptions, listAt, type Tools, textsOf, type Workplace, workplaceOf } from '../tools.ts'

/** More than this at once is a restore, not a step back. */
const mostSteps = 50

/** Takes back the migrations that were applied last, on demand alone: `vigie db migrations revert --steps 1`. */
export function createRevertTask(tools: Tools) {
  return defineTask<CodeOptions>()({
    kind: 'migrate-back',
    summary: message('migrations.revert-summary', {
      en: () => 'take back the migrations that were applied last',
      fr: () => 'annuler les dernières migrations appliquées',
    }),
    options: z.strictObject({
      /** How many; 0 is none. */
      steps: z.number().int().min(0).max(mostSteps).default(0),
    }),
    effect: 'destroy',
    appliesTo: ({ migrations }) => migrations !== undefined,
    messages: textsOf(tools),
    plan: async (component, { steps }, ctx): Promise<readonly Action[]> => {
      if (steps === 0) return []
      const place = await workplaceOf(component, tools, ctx)
      if (place.tool.revert === undefined)
        throw new VigieError('action-refused', texts.noRevert({ tool: place.kind.kind }), {
          hint: texts.noRevertHint({}),
        })
      const { migrations } = await listAt(place, ctx, false)
      const chosen =
        (await place.tool.revertible?.(place.site, steps, ctx)) ??
        migrations
          .filter(({ state }) => state === 'applied' || state === 'drifted')
          .slice(-steps)
          .toReversed()
      return chosen.map((one) => ({
        summary: texts.revertAction({ name: nameOf(one) }),
        effect: 'destroy',
        target: `${component.name}: ${one.id}`,
        expected: { id: one.id, fingerprint: one.fingerprint ?? '' },
      }))
    },
    execute: async ({ expected }, component, _, ctx) => {
      const place = await workplaceOf(component, tools, ctx)
      const id = String(expected['id'])
      const stateOf = async (): Promise<{ state: string | undefined; fingerprint: string }> => {
        const found = (await listAt(place, ctx, false)).migrations.find((one) => one.id === id)
        return { state: found?.state, fingerprint: found?.fingerprint ?? '' }
      }
      const { state, fingerprint } = await stateOf()
      if (state === 'pending') return { status: 'skipped', reason: texts.alreadyBack({}) }
      const isNext = (await lastApplied(place, ctx)) === id
      if (!isNext || fingerprint !== expected['fingerprint']) return { status: 'skipped', reason: texts.otherNow({}) }
      await place.tool.revert?.(place.site, id, ctx)
      if ((await stateOf()).state !== 'pending')
        throw new VigieError('action-refused', texts.notThere({ id }), { hint: texts.seeStatus({}) })
      return { status: 'done', changed: true }
    },
  })
}

async function lastApplied(place: Workplace, ctx: Parameters<typeof listAt>[1]): Promise<string | undefined> {
  const chosen = await place.tool.revertible?.(place.site, 1, ctx)
  if (chosen !== undefined) return chosen[0]?.id
  const { migrations } = await listAt(place, ctx, false)
  return migrations.findLast(({ state }) => state === 'applied' || state === 'drifted')?.id
}
