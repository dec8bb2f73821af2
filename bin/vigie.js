#!/usr/bin/env node
// Written so that an old Node can still read it and be told what is needed: nothing here is newer than Node 12.20.
import { existsSync, readFileSync } from 'node:fs'
import module from 'node:module'

const needed = 24
const smallYoung = '--max-semi-space-size=1'
const small = [smallYoung, '--optimize-for-size', '--v8-pool-size=1']
const here = new URL('.', import.meta.url)
const args = process.argv.slice(2)

if (Number(process.versions.node.split('.')[0]) < needed) {
  tellTooOld()
  process.exitCode = 2
} else if (args.length === 1 && (args[0] === '--version' || args[0] === '-v')) {
  process.stdout.write(`${JSON.parse(readFileSync(new URL('../package.json', here), 'utf8')).version}\n`)
} else if (args[0] === 'up' && process.execve !== undefined && !process.execArgv.includes(smallYoung)) {
  // In the place of this process, as one whose engine keeps 3 MB for what lives briefly instead of 48, has one thread beside
  // the first instead of four, and one heap for all: a watch has time.
  const env = Object.assign({ MALLOC_ARENA_MAX: '1' }, process.env)
  process.execve(process.execPath, [process.execPath, ...small, ...process.execArgv, ...process.argv.slice(1)], env)
} else {
  module.enableCompileCache()
  const built = new URL('../dist/cli.js', here)
  const dist = new URL('.', built).href
  // The files of the bundle name each other as they are: to look for each on the disk takes a tenth of a start.
  module.registerHooks({
    resolve: (specifier, context, next) =>
      specifier.startsWith('./') && String(context.parentURL).startsWith(dist)
        ? { url: new URL(specifier, dist).href, format: 'module', shortCircuit: true }
        : next(specifier, context),
  })
  const program = existsSync(built) ? built : new URL('../src/cli/start.ts', here)
  void import(program.href).then(({ start }) => start())
}

function tellTooOld() {
  const asked = args.indexOf('--locale') >= 0 ? args[args.indexOf('--locale') + 1] : /--locale=(\w+)/.exec(args.join())
  const language = String(asked || process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '')
  const isFrench = /^(--locale=)?fr/i.test(language)
  const own = process.versions.node
  const message = isFrench
    ? `Vigie demande Node ${needed} ou plus récent\u00a0; celui-ci est ${own}.`
    : `Vigie needs Node ${needed} or newer; this is ${own}.`
  const hint = isFrench
    ? `https://nodejs.org/fr/download, ou\u00a0: npx -p node@${needed} vigie …`
    : `https://nodejs.org/en/download, or: npx -p node@${needed} vigie …`
  if (args.includes('--json')) {
    process.stdout.write(`${JSON.stringify({ error: { code: 'node-too-old', message, hint } }, null, 2)}\n`)
  } else {
    process.stderr.write(`${message}\n  → ${hint}\n`)
  }
}
