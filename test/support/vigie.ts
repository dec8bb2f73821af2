import { pathToFileURL } from 'node:url'

/** The program as a package has it, which the whole suite has bundled from the source; else the source itself. */
const bundled = process.env['BUNDLE_UNDER_TEST']
if (bundled === undefined) await (await import('../../src/cli/start.ts')).start()
else await import(pathToFileURL(bundled).href)
