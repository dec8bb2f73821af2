import type { ConfiguredComponent, System } from '../config/system.ts'

/** What a task acts on, whoever describes it: tasks under one name never run side by side, in any process. */
export function componentLease({ name, baseDir }: System, { kind, options, name: own }: ConfiguredComponent): string {
  return `${kind.kind} ${kind.identity?.(options, baseDir) ?? `${name}/${own}`}`
}
