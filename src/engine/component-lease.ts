import type { ConfiguredComponent, System } from '../config/system.ts'

/** What a task acts on, whoever describes it: tasks under one name never run side by side, in any process. */
export function componentLease(system: System, component: ConfiguredComponent): string {
  const { name, baseDir } = system
  const { kind, options, name: own } = actedOn(system, component)
  return `${kind.kind} ${kind.identity?.(options, baseDir) ?? `${name}/${own}`}`
}

/** The component that the tasks of this one act on: itself, or the first one that it uses. */
function actedOn({ components }: System, component: ConfiguredComponent): ConfiguredComponent {
  const [first] = component.kind.uses?.(component.options) ?? []
  return components.find(({ name }) => name === first?.component) ?? component
}
