import { message } from '../core/message.ts'
import { cadences } from '../core/words.ts'
import { nearestNames, type Problem, pathText, unknownName } from './problem.ts'
import { defaultSchedules } from './schedule.ts'
import { type CheckStep, type HumanStep, peopleComponent, type Routine, type Step, type TaskStep } from './system.ts'
import type { HumanOptions, SystemOptions } from './system-schema.ts'

const twice = message<{ id: string }>('config.step-twice', {
  en: (p) => `"${p.id}" stands twice in this routine; give one of them an id`,
  fr: (p) => `« ${p.id} » figure deux fois dans cette routine ; donnez un id à l'une des deux`,
})
export const routineMessages = [twice]

/**
 * The recommended routines, made from the cadence of each kind, with what the config adds and removes; and the
 * routines that the config names itself. A step that a problem keeps from being there is no problem of its own.
 */
export function buildRoutines(
  written: SystemOptions['routines'],
  steps: ReadonlyMap<string, CheckStep | TaskStep>,
  problems: Problem[],
  mayBecome: (id: string) => boolean = () => false,
  windows: SystemOptions['windows'] = {},
): ReadonlyMap<string, Routine> {
  const names = new Set<string>([...cadences, ...Object.keys(written)])
  const routines = new Map<string, Routine>()
  for (const name of names) {
    const routine = written[name]
    const cadence = cadences.find((one) => one === name)
    const path = ['routines', name]
    const recommended = cadence === undefined ? [] : [...steps.values()].filter((step) => step.cadence === cadence)
    const find = (id: string, ...where: (string | number)[]): Step[] => {
      const found = steps.get(id)
      if (found !== undefined) return [found]
      if (mayBecome(id)) return []
      problems.push({
        path: pathText([...path, ...where]),
        text: unknownName({ name: id }),
        hint: nearestNames(id, [...steps.keys()]),
      })
      return []
    }
    const resolve = (list: readonly (string | HumanOptions)[], key: string): Step[] =>
      list.flatMap((item, index) => (typeof item === 'string' ? find(item, key, index) : [humanStep(item)]))

    const removed = new Set(routine?.remove ?? [])
    for (const [index, id] of (routine?.remove ?? []).entries()) find(id, 'remove', index)
    const base = routine?.steps === undefined ? recommended : resolve(routine.steps, 'steps')
    const all = [...base.filter(({ id }) => !removed.has(id)), ...resolve(routine?.add ?? [], 'add')]
    for (const id of duplicates(all.map((step) => step.id)))
      problems.push({ path: pathText(path), text: twice({ id }) })
    const { missed = 'once', window, jitter: jitterMs = 0 } = routine ?? {}
    const opens = window === undefined ? undefined : windows[window]?.at
    const at = routine?.at ?? opens ?? (cadence === undefined ? undefined : defaultSchedules[cadence])
    routines.set(name, { name, at, missed, window, jitterMs, steps: all })
  }
  return routines
}

function humanStep(options: HumanOptions): HumanStep {
  const id = `${peopleComponent}/${options.id ?? slug(options.human)}`
  return { type: 'human', id, options, criticality: options.criticality ?? 'important' }
}

function slug(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
}

function duplicates(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))]
}
