import type { AnyCheckKind } from '../core/check.ts'
import type { AnyComponentKind } from '../core/component.ts'
import { message } from '../core/message.ts'
import type { AnyTaskKind } from '../core/task.ts'
import { parsedOnce } from './parsed-once.ts'
import { nearestNames, type Problem, pathText, problemsOf, unknownName } from './problem.ts'
import { type CheckStep, type ConfiguredComponent, peopleComponent, stepName, type TaskStep } from './system.ts'
import { stepSettingsSchema } from './system-schema.ts'

const defaultTimeoutMs = 30_000
const defaultTaskTimeoutMs = 3_600_000

const unknownKind = message<{ kind: string }>('config.unknown-kind', {
  en: (p) => `there is no component kind "${p.kind}"`,
  fr: (p) => `il n'existe pas de composant de type « ${p.kind} »`,
})
const notAnObject = message('config.not-an-object', {
  en: () => 'write an object of options, or false to leave it out',
  fr: () => 'écrivez un objet d’options, ou false pour l’exclure',
})
const reservedName = message<{ name: string }>('config.reserved-name', {
  en: (p) => `"${p.name}" is kept for the items that people do; choose another name`,
  fr: (p) => `« ${p.name} » est réservé aux tâches humaines ; choisissez un autre nom`,
})
export const componentMessages = [unknownKind, notAnObject, reservedName]

interface Built {
  readonly components: readonly ConfiguredComponent[]
  readonly steps: ReadonlyMap<string, CheckStep | TaskStep>
}

/** Validates every component and the options of each of its checks and tasks; all problems are added to `problems`. */
export function buildComponents(
  written: Readonly<Record<string, { readonly kind: string; readonly [key: string]: unknown }>>,
  kinds: readonly AnyComponentKind[],
  known: readonly string[],
  problems: Problem[],
): Built {
  const components: ConfiguredComponent[] = []
  const steps = new Map<string, CheckStep | TaskStep>()
  for (const [name, { kind: kindName, checks, tasks, ...options }] of Object.entries(written)) {
    const path = ['components', name]
    if (name === peopleComponent) problems.push({ path: pathText(path), text: reservedName({ name }) })
    const kind = kinds.find((candidate) => candidate.kind === kindName)
    if (kind === undefined) {
      const hint = nearestNames(kindName, known)
      problems.push({ path: pathText([...path, 'kind']), text: unknownKind({ kind: kindName }), hint })
      continue
    }
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!parsed.success) {
      problems.push(...problemsOf(parsed.error, path, [...keysOf(kind.options), 'checks', 'tasks']))
      continue
    }
    const component: ConfiguredComponent = { name, kind, options: parsed.data }
    components.push(component)
    const checkKinds = new Map(kind.checks.map((one) => [stepName(kind.kind, one.kind), one]))
    const taskKinds = new Map(kind.tasks.map((one) => [stepName(kind.kind, one.kind), one]))
    for (const step of [
      ...buildSteps(component, checkKinds, checks, [...path, 'checks'], problems, checkStep),
      ...buildSteps(component, taskKinds, tasks, [...path, 'tasks'], problems, taskStep),
    ]) {
      steps.set(step.id, step)
    }
  }
  return { components, steps }
}

type Settings = ReturnType<typeof stepSettingsSchema.parse>

function buildSteps<Kind extends AnyCheckKind | AnyTaskKind, Step>(
  component: ConfiguredComponent,
  kinds: ReadonlyMap<string, Kind>,
  written: unknown,
  path: readonly string[],
  problems: Problem[],
  make: (component: ConfiguredComponent, name: string, kind: Kind, options: unknown, settings: Settings) => Step,
): Step[] {
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
    if (override === undefined && kind.appliesTo?.(component.options) === false) return []
    if (override !== undefined && override !== true && !isRecord(override)) {
      problems.push({ path: pathText([...path, name]), text: notAnObject({}) })
      return []
    }
    const { cadence, criticality, timeLimit, attempts, ...options } = isRecord(override) ? override : {}
    const settings = stepSettingsSchema.safeParse({ cadence, criticality, timeLimit, attempts }, parsedOnce)
    const parsed = kind.options.safeParse(options, parsedOnce)
    if (!settings.success) problems.push(...problemsOf(settings.error, [...path, name], []))
    if (!parsed.success) {
      const known = [...keysOf(kind.options), ...Object.keys(stepSettingsSchema.shape)]
      problems.push(...problemsOf(parsed.error, [...path, name], known))
    }
    return settings.success && parsed.success ? [make(component, name, kind, parsed.data, settings.data)] : []
  })
}

function checkStep(
  component: ConfiguredComponent,
  name: string,
  kind: AnyCheckKind,
  options: unknown,
  settings: Settings,
): CheckStep {
  return {
    type: 'check',
    id: `${component.name}/${name}`,
    component,
    kind,
    options,
    cadence: settings.cadence ?? kind.cadence,
    criticality: settings.criticality ?? kind.criticality ?? 'important',
    timeoutMs: settings.timeLimit ?? kind.timeoutMs ?? defaultTimeoutMs,
    attempts: settings.attempts ?? kind.retry?.attempts ?? 1,
  }
}

function taskStep(
  component: ConfiguredComponent,
  name: string,
  kind: AnyTaskKind,
  options: unknown,
  settings: Settings,
): TaskStep {
  return {
    type: 'task',
    id: `${component.name}/${name}`,
    component,
    kind,
    options,
    cadence: settings.cadence ?? kind.cadence,
    criticality: settings.criticality ?? kind.criticality ?? 'important',
    timeoutMs: settings.timeLimit ?? kind.timeoutMs ?? defaultTaskTimeoutMs,
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function keysOf(schema: unknown): string[] {
  const shape = isRecord(schema) ? schema['shape'] : undefined
  return isRecord(shape) ? Object.keys(shape) : []
}
