import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, rm } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { shippedKinds } from '../../catalog.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import type { ChatMessage } from '../../demo/chat.ts'
import { plantedFaults } from '../../demo/faults.ts'
import { missingParts, startDemo } from '../../demo/start-demo.ts'
import { packageRoot } from '../../platform/own-package.ts'
import { wire } from '../../wire.ts'
import { type Command, type CommandContext, isSet } from '../command.ts'
import type { Output } from '../output.ts'

const starting = message('demo.starting', {
  en: () => 'Starting a small real system (an API, a site, a PostgreSQL with 330,000 rows) and breaking it on purpose…',
  fr: () => 'Démarrage d’un petit système réel (une API, un site, un PostgreSQL de 330 000 lignes), abîmé exprès…',
})
const found = message<{ found: number; planted: number }>('demo.found', {
  en: (p) => `Planted and found: ${p.found} of ${p.planted}`,
  fr: (p) => `Plantés et trouvés : ${p.found} sur ${p.planted}`,
})
const faultLine = message<{ title: Record<'en' | 'fr', string>; step: string; finding: string }>('demo.fault', {
  en: (p) => `${p.title.en}  (${p.step}${p.finding === '' ? '' : `, vigie findings show ${p.finding}`})`,
  fr: (p) => `${p.title.fr}  (${p.step}${p.finding === '' ? '' : `, vigie findings show ${p.finding}`})`,
})
const unexpected = message<{ title: string }>('demo.unexpected', {
  en: (p) => `not planted: ${p.title}`,
  fr: (p) => `non planté : ${p.title}`,
})
const nextPart = message('demo.next', {
  en: () => 'What it would do next, and does not do without you:',
  fr: () => "Ce qu'elle ferait ensuite, et ne fait pas sans vous :",
})
const machinePart = message('demo.machine', {
  en: () => 'Apart from the demo, found on this very machine:',
  fr: () => 'À part de la démo, constaté sur cette machine :',
})
const evidence = message<{ dir: string }>('demo.evidence', {
  en: (p) => `The evidence is kept in ${p.dir}/.vigie (vigie runs show latest).`,
  fr: (p) => `Les preuves sont gardées dans ${p.dir}/.vigie (vigie runs show latest).`,
})
const stopped = message<{ command: string }>('demo.stopped', {
  en: (p) => `Everything that was started has been stopped. Keep it up with: ${p.command}`,
  fr: (p) => `Tout ce qui a été démarré est arrêté. Pour le garder : ${p.command}`,
})
const keptUp = message<{ config: string; api: string }>('demo.kept', {
  en: (p) => `It stays up until Ctrl-C. In another terminal, try:
  npx vigie run daily --config ${p.config}
  npx vigie findings list --config ${p.config}
  npx vigie runs show latest --step db/blocking --config ${p.config}
  npx vigie run documents/clean --dry-run --config ${p.config}
  npx vigie sign access-review --by Léa --note "two accounts removed" --config ${p.config}
  npx vigie status --config ${p.config}
  npx vigie audit verify --config ${p.config}
And let it watch: what it tells its chat appears here.
  npx vigie up --config ${p.config}
  curl -X POST ${p.api}/break    # meanwhile, in a third terminal: the API loses its database
  curl -X POST ${p.api}/repair   # and gets it back`,
  fr: (p) => `Il reste en marche jusqu'à Ctrl-C. Dans un autre terminal, essayez :
  npx vigie run daily --config ${p.config}
  npx vigie findings list --config ${p.config}
  npx vigie runs show latest --step db/blocking --config ${p.config}
  npx vigie run documents/clean --dry-run --config ${p.config}
  npx vigie sign access-review --by Léa --note "deux comptes retirés" --config ${p.config}
  npx vigie status --config ${p.config}
  npx vigie audit verify --config ${p.config}
Et laissez-la veiller : ce qu'elle annonce à son salon de discussion apparaît ici.
  npx vigie up --config ${p.config}
  curl -X POST ${p.api}/break    # pendant ce temps, dans un troisième terminal : l'API perd sa base
  curl -X POST ${p.api}/repair   # et la retrouve`,
})
const chatLine = message<{ text: string }>('demo.chat', {
  en: (p) => `The chat: ${p.text}`,
  fr: (p) => `Le salon : ${p.text}`,
})
const missingPart = message<{ names: readonly string[] }>('demo.missing', {
  en: (p, f) => `The demo needs ${f.list(p.names)}, which Vigie alone does not, and which npm has not installed here.`,
  fr: (p, f) => `La démo a besoin de ${f.list(p.names)}, dont Vigie seul se passe, et que npm n'a pas installé ici.`,
})
const missingHint = message<{ names: readonly string[] }>('demo.missing-hint', {
  en: (p) =>
    `npm install --no-save ${p.names.join(' ')}   in the folder where Vigie is installed; then again: npx vigie demo`,
  fr: (p) =>
    `npm install --no-save ${p.names.join(' ')}   dans le dossier où Vigie est installé ; puis à nouveau : npx vigie demo`,
})
const texts = [
  starting,
  found,
  faultLine,
  unexpected,
  nextPart,
  machinePart,
  evidence,
  stopped,
  keptUp,
  chatLine,
  missingPart,
  missingHint,
]

export const demoCommand: Command = {
  texts,
  run: async (context, args) => {
    const { output, signal, cwd } = context
    const names = missingParts()
    if (names.length > 0) throw new VigieError('tool-missing', missingPart({ names }), { hint: missingHint({ names }) })
    const dir = await demoFolder(cwd)
    const config = join(dir, 'vigie.config.ts')
    output.line(output.text(starting({})))
    const demo = await startDemo(dir, !isSet(args, 'healthy'), {
      heard: (message) => tell(output, message),
      locale: output.settings.locale,
    })
    try {
      output.line()
      await vigie(['run', 'daily', '--config', config], context)
      const isWhole = await report(context, dir, config, !isSet(args, 'healthy'))
      if (signal.aborted) return 130
      output.line()
      output.line(output.text(nextPart({})))
      await vigie(['run', 'documents/clean', '--dry-run', '--config', config], context)
      output.line()
      output.line(output.text(machinePart({})))
      await vigie(['run', 'daily', '--config', join(dir, 'machine.config.ts'), '--data', join(dir, '.vigie')], context)
      output.line()
      output.line(output.text(evidence({ dir: relative(cwd, dir) || '.' })))
      if (isSet(args, 'keep') && !signal.aborted) {
        output.line(output.text(keptUp({ config: relative(cwd, config), api: demo.apiUrl })))
        await new Promise<void>((resolve) => {
          const alive = setInterval(() => undefined, 60_000)
          signal.addEventListener('abort', () => {
            clearInterval(alive)
            resolve()
          })
        })
      } else {
        output.line(
          output.text(stopped({ command: isRepository() ? 'npm run demo -- --keep' : 'npx vigie demo --keep' })),
        )
      }
      return isWhole ? 0 : 1
    } finally {
      await demo.stop()
    }
  },
}

/** What was told to the people of the demo, with what they can do about it. */
function tell(output: Output, { text, items }: ChatMessage): void {
  output.line()
  output.line(output.text(chatLine({ text })))
  for (const { lines, button } of items) {
    for (const line of lines) output.line(`  ${line}`)
    if (button !== undefined) output.line(`  ${button.text} → ${button.url}`)
  }
}

/** In the repository the example itself; elsewhere a copy of it in the current folder. Its old state goes: it is the demo's own. */
async function demoFolder(cwd: string): Promise<string> {
  const example = join(packageRoot(), 'examples', 'demo')
  const dir = isRepository() ? example : join(cwd, 'vigie-demo')
  if (!isRepository()) {
    await mkdir(dir, { recursive: true })
    await cp(example, dir, { recursive: true })
  }
  await rm(join(dir, '.vigie'), { recursive: true, force: true })
  return dir
}

function isRepository(): boolean {
  return existsSync(join(packageRoot(), 'src'))
}

/** Runs this very program as its user would, on the same terminal. */
function vigie(words: readonly string[], { output, signal }: CommandContext): Promise<number> {
  const { locale, isQuiet } = output.settings
  const flags = ['--locale', locale, ...(isQuiet ? ['--quiet'] : [])]
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(packageRoot(), 'bin', 'vigie.js'), ...words, ...flags], {
      stdio: 'inherit',
    })
    signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
    child.once('error', reject).once('exit', (code) => resolve(code ?? 130))
  })
}

/** What was planted against what was found; false when they differ. */
async function report(
  { output, cwd }: CommandContext,
  dir: string,
  config: string,
  hasFaults: boolean,
): Promise<boolean> {
  const { store, close } = await wire({ cwd, configs: [config], dataDir: join(dir, '.vigie'), kinds: shippedKinds })
  const findings = await store.findings.list({ system: 'Demo', states: ['open'] }).finally(close)
  const planted = (hasFaults ? plantedFaults : []).map((fault) => ({
    fault,
    finding: findings.find(
      ({ step, title, subject }) =>
        step === fault.step && title.code === fault.code && (fault.subject?.test(subject) ?? true),
    ),
  }))
  const seen = planted.filter(({ finding }) => finding !== undefined)
  output.line()
  output.line(output.text(found({ found: seen.length, planted: planted.length })))
  for (const { fault, finding } of planted) {
    const { title, step } = fault
    const text = output.text(faultLine({ title, step, finding: finding?.fingerprint.slice(0, 8) ?? '' }))
    output.line(`  ${output.status(finding === undefined ? 'fail' : 'pass')} ${text}`)
  }
  const others = findings.filter((one) => !planted.some(({ finding }) => finding === one))
  for (const one of others)
    output.line(`  ${output.status('error')} ${output.text(unexpected({ title: output.text(one.title) }))}`)
  return seen.length === planted.length && others.length === 0
}
