import { dirname, resolve, sep } from 'node:path'
import type { ConfiguredComponent, System } from '../config/system.ts'
import type { StepContext } from '../core/context.ts'

/**
 * What a task of `actor` may not touch: Vigie's own data and config, what the config protects, and what belongs to any
 * other component. A component that merely lies around the actor's own folder (docs at /srv, scratch at /srv/scratch)
 * gives way: the folder was declared on its own.
 */
export async function protectedPathsFor(
  actor: ConfiguredComponent,
  systems: readonly System[],
  dataDir: string,
  contextOf: (system: System, component: ConfiguredComponent) => StepContext,
): Promise<readonly string[]> {
  const own: string[] = []
  const others: string[] = []
  const always = [dataDir]
  for (const system of systems) {
    always.push(system.file, ...system.settings.protect.map((path) => resolve(system.baseDir, path)))
    for (const component of system.components) {
      const paths = await component.kind.abilities?.(component.options).protectedPaths?.(contextOf(system, component))
      ;(component === actor ? own : others).push(...(paths ?? []))
    }
  }
  const givesWay = (path: string): boolean => own.some((mine) => mine === path || isInside(mine, path))
  return [...always, ...others.filter((path) => !givesWay(path))]
}

/** Whether `path` lies below `folder`. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`) && dirname(path) !== path
}
