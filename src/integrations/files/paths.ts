import { realpath } from 'node:fs/promises'

export function isBelow(path: string, folder: string): boolean {
  return path.startsWith(folder === '/' ? '/' : `${folder}/`) && path !== folder
}

/** Paths as they really are: a link to a protected folder must not hide it. Those that do not exist stay as written. */
export async function realPaths(paths: readonly string[]): Promise<ReadonlySet<string>> {
  return new Set(await Promise.all(paths.map((path) => realpath(path).catch(() => path))))
}
