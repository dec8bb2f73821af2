import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

/** The folder of Vigie's own package.json, from source and from the build alike. */
export function packageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(dir, 'package.json')) && dir !== dirname(dir)) dir = dirname(dir)
  return dir
}

export function packageVersion(): string {
  return JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')).version
}

/** A program of ours that runs in a process of its own: its source, or its place in the build. */
export function ownProgram(source: string, built: string): string {
  return join(packageRoot(), import.meta.url.endsWith('.ts') ? source : `dist/${built}`)
}

/** Where `import … from 'vigie'` leads in the running copy. */
export function publicApiUrl(): string {
  const file = import.meta.url.endsWith('.ts') ? 'src/index.ts' : 'dist/index.js'
  return pathToFileURL(join(packageRoot(), file)).href
}
