import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { publicApiUrl } from '../platform/own-package.ts'
import { strippedElsewhere } from '../platform/stripped-elsewhere.ts'

let isRegistered = false
let isElsewhere = false
/** URLs of configs and of all that they import, directly or not, while they are read or later. */
const imported = new Set<string>()

/**
 * Lets a config import `vigie` wherever it stands: the name leads to the running copy, so that a global install works
 * and the library is never loaded twice. A `.ts` file outside node_modules is an ES module whatever the package.json
 * beside it says: without that, `"type": "commonjs"` breaks it, no type brings a warning on stderr, and a package.json
 * that is being edited keeps the config itself from loading. What the config imports is remembered.
 */
export function resolveConfigModules(config: string): void {
  imported.add(config)
  if (isRegistered) return
  isRegistered = true
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'vigie') return { url: publicApiUrl(), shortCircuit: true }
      if (isOwnTypeScript(specifier)) {
        remember(context.parentURL, specifier)
        return { url: specifier, format: 'module-typescript', shortCircuit: true }
      }
      const found = next(specifier, context)
      const resolved = { ...found, url: inSameReading(context.parentURL, found.url) }
      remember(context.parentURL, resolved.url)
      return isOwnTypeScript(resolved.url) ? { ...resolved, format: 'module-typescript' } : resolved
    },
    load: (url, context, next) => {
      if (!isElsewhere || !imported.has(url) || !isOwnTypeScript(url)) return next(url, context)
      const source = strippedElsewhere(fileURLToPath(url))
      // What cannot be read is read here all the same: Node says best what is wrong with it.
      return source === undefined ? next(url, context) : { format: 'module', source, shortCircuit: true }
    },
  })
}

/**
 * From now on another process takes the types off: a watch runs for months, and should not hold what did it. A command is
 * over sooner without.
 */
export function stripTypesElsewhere(): void {
  isElsewhere = true
}

/** The files of every config that was read as a module, and of what it imports; absolute and real paths. */
export function configModules(): readonly string[] {
  return [...new Set([...imported].map((url) => fileURLToPath(url)))]
}

/** What a config that is read anew imports is read anew with it, but for packages. */
function inSameReading(importer: string | undefined, url: string): string {
  if (importer === undefined || !imported.has(importer) || !url.startsWith('file:')) return url
  const { search } = new URL(importer)
  return search === '' || url.includes('/node_modules/') || url.includes('?') ? url : `${url}${search}`
}

function remember(importer: string | undefined, url: string): void {
  if (importer !== undefined && imported.has(importer) && url.startsWith('file:')) imported.add(url)
}

function isOwnTypeScript(url: string): boolean {
  const [file = ''] = url.split('?')
  return file.startsWith('file:') && file.endsWith('.ts') && !fileURLToPath(file).includes('/node_modules/')
}
