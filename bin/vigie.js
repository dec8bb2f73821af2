#!/usr/bin/env node
// Written so that an old Node can still read it and be told what is needed.
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'

const needed = 24
const here = new URL('.', import.meta.url)
const french = /^fr/i.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')

if (Number(process.versions.node.split('.')[0]) < needed) {
  process.stderr.write(
    french
      ? `Vigie demande Node ${needed} ou plus récent ; celui-ci est ${process.versions.node}.\n  → https://nodejs.org/fr/download, ou : npx -p node@${needed} vigie …\n`
      : `Vigie needs Node ${needed} or newer; this is ${process.versions.node}.\n  → https://nodejs.org/en/download, or: npx -p node@${needed} vigie …\n`,
  )
  process.exit(2)
}
if (process.argv.length === 3 && (process.argv[2] === '--version' || process.argv[2] === '-v')) {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../package.json', here), 'utf8')).version}\n`)
} else {
  module.enableCompileCache?.()
  const built = new URL('../dist/cli.js', here)
  const { start } = await import(existsSync(built) ? built.href : new URL('../src/cli/start.ts', here).href)
  await start()
}
