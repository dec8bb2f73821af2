import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { publicApiUrl } from '../platform/own-package.ts'

let isRegistered = false

/**
 * Lets a config import `vigie` wherever it stands: the name leads to the running copy, so that a global install works
 * and the library is never loaded twice. A `.ts` file outside node_modules is an ES module whatever the package.json
 * beside it says: without that, `"type": "commonjs"` breaks it, no type brings a warning on stderr, and a package.json
 * that is being edited keeps the config itself from loading.
 */
export function resolveConfigModules(): void {
  if (isRegistered) return
  isRegistered = true
  registerHooks({
    resolve: (specifier, context, next) => {
      if (specifier === 'vigie') return { url: publicApiUrl(), shortCircuit: true }
      if (isOwnTypeScript(specifier)) return { url: specifier, format: 'module-typescript', shortCircuit: true }
      const resolved = next(specifier, context)
      return isOwnTypeScript(resolved.url) ? { ...resolved, format: 'module-typescript' } : resolved
    },
  })
}

function isOwnTypeScript(url: string): boolean {
  return url.startsWith('file:') && url.endsWith('.ts') && !fileURLToPath(url).includes('/node_modules/')
}
