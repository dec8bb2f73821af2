import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { exportFiles } from '../../../export/export-files.ts'
import { exportMessages } from '../../../export/messages.ts'
import { revealAll } from '../../../export/reveal-all.ts'
import { writeExport } from '../../../export/write-export.ts'
import { writeMessages } from '../../../export/write-messages.ts'
import { type Command, isSet, stringOf } from '../../command.ts'

const outNeeded = message('cli.export-out', {
  en: () => 'Say into which folder: vigie export prometheus --out DIR',
  fr: () => 'Dites dans quel dossier : vigie export prometheus --out DIR',
})
const fileWord = message<{ path: string; status: string }>('cli.export-file', {
  en: (p) => `${p.path} (${statusIn.en[p.status] ?? p.status})`,
  fr: (p) => `${p.path} (${statusIn.fr[p.status] ?? p.status})`,
})
const statusIn: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { written: 'written', unchanged: 'unchanged', kept: 'kept' },
  fr: { written: 'écrit', unchanged: 'inchangé', kept: 'conservé' },
}
const leftOutWord = message<{ count: number }>('cli.export-left-out', {
  en: (p, f) =>
    f.plural(p.count, {
      one: '1 rule stays with Vigie alone: see the top of its file under rules/',
      other: `${p.count} rules stay with Vigie alone: see the top of the files under rules/`,
    }),
  fr: (p, f) =>
    f.plural(p.count, {
      one: '1 règle reste à Vigie seule : voyez le début de son fichier sous rules/',
      other: `${p.count} règles restent à Vigie seule : voyez le début des fichiers sous rules/`,
    }),
})
const missingWord = message<{ path: string; source: string }>('cli.export-missing', {
  en: (p) => `${p.path} is missing, as ${p.source} has no value: set it and export again`,
  fr: (p) => `${p.path} manque, car ${p.source} n'a pas de valeur : définissez-la et exportez à nouveau`,
})
const next = message<{ dir: string }>('cli.export-next', {
  en: (p) =>
    `→ cd ${p.dir} && docker compose -f docker-compose.monitoring.yml up -d, then http://127.0.0.1:3000 (user admin, password in .env.monitoring)`,
  fr: (p) =>
    `→ cd ${p.dir} && docker compose -f docker-compose.monitoring.yml up -d, puis http://127.0.0.1:3000 (utilisateur admin, mot de passe dans .env.monitoring)`,
})

const tokenName = 'alertmanager-webhook'

/** The same watch for Prometheus, Alertmanager and Grafana. */
export const exportPrometheusCommand: Command = {
  texts: [outNeeded, fileWord, leftOutWord, missingWord, next, ...exportMessages, ...writeMessages],
  showsStoredTexts: false,
  run: async ({ output, cwd, open }, args) => {
    const out = stringOf(args, 'out')
    if (out === undefined || out === '') throw new VigieError('usage', outNeeded({}))
    const dir = resolve(cwd, out)
    const { systems, store, engine } = await open()
    const makeToken = (): string => randomBytes(32).toString('base64url')
    const token = await store.ownKeys.getOrMake(tokenName, makeToken, engine.world.clock.now())
    const reveal = await revealAll(systems)
    const made = exportFiles({ systems, reveal, token, say: (text) => output.text(text) })
    const files = await writeExport(dir, made, isSet(args, 'force'))
    const missing = made.secrets.filter(({ value }) => value === undefined)
    const leftOut = made.leftOut.map(({ reason, ...one }) => ({ ...one, reason: output.text(reason) }))
    if (output.settings.isJson) {
      output.json({ export: { dir, files, missing: missing.map(({ path, source }) => ({ path, source })), leftOut } })
    } else {
      for (const file of files) output.line(output.text(fileWord({ ...file })))
      if (leftOut.length > 0) output.note(output.text(leftOutWord({ count: leftOut.length })))
      for (const { path, source } of missing)
        output.note(`${output.status('warn')} ${output.text(missingWord({ path, source }))}`)
      output.note(output.text(next({ dir })))
    }
    return missing.length > 0 ? 3 : 0
  },
}
