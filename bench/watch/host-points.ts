import { setTimeout as wait } from 'node:timers/promises'
import type { AnyCheckKind } from '../../src/core/check.ts'
import type { Point } from '../../src/core/series.ts'
import { outcomeOf } from '../../src/engine/outcome.ts'
import { hostComponent } from '../../src/integrations/host/component.ts'
import { pointsOf } from '../../src/watch/points-of.ts'
import { testContext } from '../../test/support/context.ts'

/** As often as the processors are asked by the watch. */
const tickMs = 15_000
/** So often here: a day in five minutes. */
const lookMs = 50

/**
 * What the checks of this host really saw, as points from `since` on. Each check is asked as often as the watch asks it,
 * in a time that passes 300 times as fast: what changes slowly changes less from look to look, what is busy no less.
 */
export async function hostPoints(ticks: number, since: number): Promise<readonly Point[]> {
  const ctx = testContext()
  const component = { name: 'machine', kind: hostComponent, options: hostComponent.options.parse({}) }
  const kinds: readonly AnyCheckKind[] = hostComponent.checks.filter(({ watch }) => watch !== undefined)
  const points: Point[] = []
  const looks = new Set<Promise<void>>()
  const began = performance.now()
  try {
    for (let tick = 0; tick < ticks; tick++) {
      await wait(Math.max(0, began + tick * lookMs - performance.now()))
      // Timers are late by some milliseconds, as those of the watch are.
      const lateMs = performance.now() - began - tick * lookMs
      const at = since + tick * tickMs + lateMs
      for (const kind of kinds) {
        if (tick % Math.max(1, Math.round((kind.watch?.everyMs ?? tickMs) / tickMs)) !== 0) continue
        const options = kind.options.parse({})
        const seen = { name: component.name, system: 'Bench', options: component.options }
        const look = kind.probe(seen, options, ctx).then((sample) => {
          const { measurements } = outcomeOf(kind.judge(sample, options), 'important')
          for (const point of pointsOf({ component, kind }, measurements, new Date(at))) points.push(point)
        })
        const one: Promise<void> = look.finally(() => looks.delete(one))
        looks.add(one)
      }
    }
    await Promise.all(looks)
  } finally {
    await ctx.close()
  }
  return points
}
