import { pathToFileURL } from 'node:url'

/** What the whole suite has bundled from the source, else the source itself. */
const bundled = process.env['BUNDLE_UNDER_TEST']
const program: typeof import('../../src/cli/start.ts') =
  bundled === undefined ? await import('../../src/cli/start.ts') : await import(pathToFileURL(bundled).href)

await program.start()
