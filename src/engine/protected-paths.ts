import { dirname, resolve, sep } from 'node:path'
import { neededFiles } from '../config/needed-files.ts'
import type { ConfiguredComponent, System } from '../config/system.ts'
import type { StepContext } from '../core/context.ts'

/**
 * What a task of `actor` may not touch: Vigie's own data, all that it needs to read the configs again, what they protect,
 * and what belongs to any other component. A component that merely lies around the actor's own folder (docs at /srv,
 * scratch at /srv/scratch) gives way, as installed packages around it do: the folder was declared on its own.
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
  const shared: string[] = []
  for (const system of systems) {
    const { files, folders } = await neededFiles(system)
    shared.push(...folders)
    always.push(...files, ...system.settings.protect.map((path) => resolve(system.baseDir, path)))
    for (const component of system.components) {
      const paths = await component.kind.abilities?.(component.options).protectedPaths?.(contextOf(system, component))
      ;(component === actor ? own : others).push(...(paths ?? []))
    }
  }
  const givesWay = (path: string): boolean => own.some((mine) => mine === path || isInside(mine, path))
  const isAround = (path: string): boolean => own.some((mine) => isInside(mine, path))
  const kept = [...shared.filter((path) => !isAround(path)), ...others.filter((path) => !givesWay(path))]
  return [...new Set([...always, ...kept])]
}

/** Whether `path` lies below `folder`. */
export function isInside(path: string, folder: string): boolean {
  return path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`) && dirname(path) !== path
}
