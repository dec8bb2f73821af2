import type { AnyCheckKind, Watched } from '../core/check.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { message } from '../core/message.ts'
import type { AnyTaskKind } from '../core/task.ts'
import type { Cadence, Criticality } from '../core/words.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, pathText, problemsOf, unknownName } from './problem.ts'
import {
  type CheckStep,
  type ConfiguredComponent,
  peopleComponent,
  type Section,
  stepName,
  type TaskStep,
} from './system.ts'
import { stepSettingsSchema } from './system-schema.ts'
import { isRecord, keysOf } from './written.ts'

const defaultTimeoutMs = 30_000
const defaultTaskTimeoutMs = 3_600_000

const unknownKind = message<{ kind: string }>('config.unknown-kind', {
  en: (p) => `there is no component kind "${p.kind}"`,
  fr: (p) => `il n'existe pas de composant de type « ${p.kind} »`,
})
export const notAnObject = message('config.not-an-object', {
  en: () => 'write an object of options, or false to leave it out',
  fr: () => 'écrivez un objet d’options, ou false pour l’exclure',
})
const reservedName = message<{ name: string }>('config.reserved-name', {
  en: (p) => `"${p.name}" is kept for the items that people do; choose another name`,
  fr: (p) => `« ${p.name} » est réservé aux tâches humaines ; choisissez un autre nom`,
})
const onceOnly = message('config.task-attempts', {
  en: () => 'a task is never tried again by itself: take "attempts" away',
  fr: () => "une tâche n'est jamais relancée d'elle-même : ôtez « attempts »",
})
const notWatched = message('config.task-every', {
  en: () => 'a task is done by routines, not by the watch: take "every" away and give it a "cadence"',
  fr: () => 'une tâche est faite par les routines, pas par la veille : ôtez « every » et donnez-lui un « cadence »',
})
export const componentMessages = [unknownKind, notAnObject, reservedName, onceOnly, notWatched]

interface Built {
  readonly components: readonly ConfiguredComponent[]
  readonly steps: ReadonlyMap<string, CheckStep | TaskStep>
  /** Whether a step of this id may be there once the problems are mended. */
  mayBecome(id: string): boolean
}

/** Validates every component and the options of each of its checks and tasks; all problems are added to `problems`. */
export function buildComponents(
  written: Readonly<Record<string, { readonly kind: string; readonly [key: string]: unknown }>>,
  kinds: readonly AnyComponentKind[],
  known: readonly string[],
  problems: Problem[],
  section?: Section,
): Built {
  const components: ConfiguredComponent[] = []
  const steps = new Map<string, CheckStep | TaskStep>()
  const spoilt = new Set<string>()
  for (const [name, { kind: kindName, checks, tasks, collectors: _, ...options }] of Object.entries(written)) {
    const path = [section ?? 'components', name]
    if (name === peopleComponent) problems.push({ path: pathText(path), text: reservedName({ name }) })
    const kind = kinds.find((candidate) => candidate.kind === kindName)
    if (kind === undefined) {
      const hint = nearestNames(kindName, known)
      problems.push({ path: pathText([...path, 'kind']), text: unknownKind({ kind: kindName }), hint })
      spoilt.add(name)
      continue
    }
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!parsed.success) {
      problems.push(...problemsOf(parsed.error, path, [...keysOf(kind.options), 'checks', 'tasks', 'collectors']))
    }
    // One object for the component and its steps: they are known by it.
    const component = { name, kind, options: parsed.data, ...(section !== undefined && { section }) }
    if (parsed.success) components.push(component)
    const built = { component, isReadable: parsed.success }
    const checkKinds = new Map(kind.checks.map((one) => [stepName(kind.kind, one.kind), one]))
    const taskKinds = new Map(kind.tasks.map((one) => [stepName(kind.kind, one.kind), one]))
    for (const { attempts, every, ...step } of buildSteps(
      built,
      checkKinds,
      checks,
      [...path, 'checks'],
      problems,
      spoilt,
    )) {
      const timeoutMs = step.timeoutMs ?? step.kind.timeoutMs ?? defaultTimeoutMs
      const watch = watchOf(step.kind, every)
      steps.set(step.id, {
        type: 'check',
        ...step,
        timeoutMs,
        attempts: attempts ?? step.kind.retry?.attempts ?? 1,
        watch,
      })
    }
    for (const { attempts, every, ...step } of buildSteps(
      built,
      taskKinds,
      tasks,
      [...path, 'tasks'],
      problems,
      spoilt,
    )) {
      const at = [...path, 'tasks', stepName(kind.kind, step.kind.kind)]
      if (attempts !== undefined) problems.push({ path: pathText([...at, 'attempts']), text: onceOnly({}) })
      if (every !== undefined) problems.push({ path: pathText([...at, 'every']), text: notWatched({}) })
      steps.set(step.id, {
        type: 'task',
        ...step,
        timeoutMs: step.timeoutMs ?? step.kind.timeoutMs ?? defaultTaskTimeoutMs,
      })
    }
  }
  const mayBecome = (id: string): boolean => spoilt.has(id) || spoilt.has(id.split('/')[0] ?? '')
  return { components, steps, mayBecome }
}

/** What checks and tasks have in common; `timeoutMs` and `attempts` as the config says, undefined when it does not. */
interface ConfiguredStep<Kind> {
  readonly id: string
  readonly component: ConfiguredComponent
  readonly kind: Kind
  readonly options: unknown
  readonly cadence: Cadence | undefined
  readonly criticality: Criticality
  readonly timeoutMs: number | undefined
  readonly attempts: number | undefined
  readonly every: number | false | undefined
}

function buildSteps<Kind extends AnyCheckKind | AnyTaskKind>(
  { component, isReadable }: { readonly component: ConfiguredComponent; readonly isReadable: boolean },
  kinds: ReadonlyMap<string, Kind>,
  written: unknown,
  path: readonly string[],
  problems: Problem[],
  spoilt: Set<string>,
): ConfiguredStep<Kind>[] {
  const overrides = isRecord(written) ? written : {}
  if (written !== undefined && !isRecord(written)) problems.push({ path: pathText(path), text: notAnObject({}) })
  for (const name of Object.keys(overrides)) {
    if (!kinds.has(name)) {
      const hint = nearestNames(name, [...kinds.keys()])
      problems.push({ path: pathText([...path, name]), text: unknownName({ name }), hint })
    }
  }
  return [...kinds].flatMap(([name, kind]) => {
    const override = overrides[name]
    if (override === false) return []
    const id = `${component.name}/${name}`
    if (!isReadable) spoilt.add(id)
    else if (override === undefined && kind.appliesTo?.(component.options) === false) return []
    if (override !== undefined && override !== true && !isRecord(override)) {
      problems.push({ path: pathText([...path, name]), text: notAnObject({}) })
      spoilt.add(id)
      return []
    }
    const { cadence, criticality, timeLimit, attempts, every, ...options } = isRecord(override) ? override : {}
    const settings = stepSettingsSchema.safeParse({ cadence, criticality, timeLimit, attempts, every }, parsedOnce)
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!settings.success) problems.push(...problemsOf(settings.error, [...path, name], []))
    if (!parsed.success) {
      const known = [...keysOf(kind.options), ...Object.keys(stepSettingsSchema.shape)]
      problems.push(...problemsOf(parsed.error, [...path, name], known))
    }
    if (!settings.success || !parsed.success) {
      spoilt.add(id)
      return []
    }
    if (!isReadable) return []
    return [
      {
        id,
        component,
        kind,
        options: parsed.data,
        cadence: settings.data.cadence ?? kind.cadence,
        criticality: settings.data.criticality ?? kind.criticality ?? 'important',
        timeoutMs: settings.data.timeLimit,
        attempts: settings.data.attempts,
        every: settings.data.every,
      },
    ]
  })
}

/** What the config asks to be watched and its kind does not alerts by its status: somebody wants to know. */
function watchOf({ watch }: AnyCheckKind, every: number | false | undefined): Watched | undefined {
  if (every === undefined) return watch
  return every === false ? undefined : { alertsBy: watch?.alertsBy ?? 'status', everyMs: every }
}
