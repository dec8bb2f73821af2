import { everyKind, shippedKinds } from '../../catalog.ts'
import { loadSystem } from '../../config/load-system.ts'
import { configModules, stripTypesElsewhere } from '../../config/module-hooks.ts'
import { defaultPort } from '../../config/own-address.ts'
import type { System } from '../../config/system.ts'
import { VigieError } from '../../core/errors.ts'
import { type AnyMessage, message } from '../../core/message.ts'
import { detailOf } from '../../engine/run-check.ts'
import { allMessages, textsOfChannels } from '../../messages.ts'
import { packageVersion } from '../../platform/own-package.ts'
import { startDaemon } from '../../watch/daemon.ts'
import { createNews } from '../../watch/news.ts'
import { watchTexts } from '../../watch/texts.ts'
import { type Command, stringOf } from '../command.ts'
import { sharedTexts } from '../texts.ts'

const watching = message<{ systems: readonly string[]; checks: number; url: string }>('cli.up', {
  en: (p, f) =>
    `Watching ${f.list(p.systems)}: ${f.plural(p.checks, { one: '1 check', other: `${p.checks} checks` })}; ${p.url}`,
  fr: (p, f) =>
    `Veille sur ${f.list(p.systems)} : ${f.plural(p.checks, { one: '1 contrôle', other: `${p.checks} contrôles` })} ; ${p.url}`,
})
const failedText = message<{ what: string; detail: string }>('cli.up-failed', {
  en: (p) => `${p.what}: ${p.detail}`,
  fr: (p) => `${p.what} : ${p.detail}`,
})
const reloadedText = message('cli.up-reloaded', {
  en: () => 'The config was read anew.',
  fr: () => 'La configuration a été relue.',
})
const nobodyTold = message<{ systems: readonly string[] }>('cli.up-nobody-told', {
  en: (p, f) =>
    `Nobody will be told: no channel is configured for ${f.list(p.systems)}. What fires is kept: vigie alerts list. Write: channels: { team: { kind: "email", host: …, from: …, to: … } }`,
  fr: (p, f) =>
    `Personne ne sera prévenu : aucun canal n'est configuré pour ${f.list(p.systems)}. Ce qui se déclenche est gardé : vigie alerts list. Écrivez : channels: { equipe: { kind: "email", host: …, from: …, to: … } }`,
})
const stopped = message('cli.up-stopped', { en: () => 'Stopped.', fr: () => 'Arrêtée.' })
const badPort = message<{ port: string }>('cli.up-bad-port', {
  en: (p) => `"${p.port}" is no port: write a number from 0 to 65535.`,
  fr: (p) => `« ${p.port} » n'est pas un port : écrivez un nombre de 0 à 65535.`,
})
const taken = message<{ port: number; detail: string }>('cli.up-port-taken', {
  en: (p) => `Port ${p.port} cannot be used: ${p.detail}`,
  fr: (p) => `Le port ${p.port} ne peut pas être utilisé : ${p.detail}`,
})
const takenHint = message('cli.up-port-hint', {
  en: () => 'Is Vigie running already? Else name another one: vigie up --port 8471',
  fr: () => 'Vigie tourne-t-elle déjà ? Sinon indiquez-en un autre : vigie up --port 8471',
})

/** Watches the systems until it is told to stop. */
export const upCommand: Command = {
  texts: [watching, failedText, reloadedText, nobodyTold, stopped, badPort, taken, takenHint, ...watchTexts],
  run: async ({ output, open, signal }, args) => {
    const written = stringOf(args, 'port') ?? String(defaultPort)
    const port = Number(written)
    if (!/^\d{1,5}$/.test(written) || port > 65_535) throw new VigieError('usage', badPort({ port: written }))
    stripTypesElsewhere()
    const { systems, engine } = await open()
    const kinds = await everyKind()
    const messages = new Map<string, AnyMessage>()
    // Texts of kinds that left the config stay: stored rows may hold them.
    const learn = (all: readonly System[]): void => {
      const own = textsOfChannels(all.flatMap(({ settings }) => settings.channelKinds))
      const ofKinds = [...kinds, ...all.flatMap(({ settings }) => settings.kinds)]
      for (const [code, text] of allMessages(ofKinds, [...sharedTexts, ...watchTexts, ...own])) messages.set(code, text)
    }
    learn(systems)
    const tellSilent = (): void => {
      const silent = withoutChannel(latest)
      if (silent.length > 0) output.note(output.text(nobodyTold({ systems: silent })))
    }
    let latest = systems
    let reading = 0
    const isNews = createNews(engine.world.clock)
    const daemon = await startDaemon({
      engine,
      systems,
      messages,
      version: packageVersion(),
      residentBytes: process.memoryUsage.rss,
      port,
      host: stringOf(args, 'host') ?? '127.0.0.1',
      load: async () => {
        reading++
        const read = await Promise.all(systems.map(({ file }) => loadSystem(file, shippedKinds, reading)))
        learn(read)
        latest = read
        return read
      },
      files: () => [...systems.map(({ file }) => file), ...configModules()],
      reloaded: () => {
        output.note(output.text(reloadedText({})))
        tellSilent()
      },
      failed: (what, error) => {
        const detail = error instanceof VigieError ? output.text(error.text) : detailOf(error)
        const line = output.text(failedText({ what, detail }))
        if (isNews(line)) process.stderr.write(`${new Date().toISOString()} ${line}\n`)
      },
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error
      throw new VigieError('usage', taken({ port, detail: error.code }), { hint: takenHint({}), cause: error })
    })
    const watched = systems
      .flatMap(({ steps }) => [...steps.values()])
      .filter((step) => step.type === 'check' && step.watch)
    const names = systems.map(({ name }) => name)
    const facts = { url: daemon.url, systems: names, checks: watched.length }
    if (output.settings.isJson) output.json({ up: { ...facts, withoutChannel: withoutChannel(systems) } })
    else output.line(output.text(watching(facts)))
    tellSilent()
    // Elsewhere the end of the terminal; a daemon has none, and is told so to read its config.
    process.removeAllListeners('SIGHUP').on('SIGHUP', () => void daemon.reload())
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      else signal.addEventListener('abort', () => resolve(), { once: true })
    })
    await daemon.stop()
    output.note(output.text(stopped({})))
    return 0
  },
}

function withoutChannel(systems: readonly System[]): readonly string[] {
  return systems.filter(({ channels }) => channels.length === 0).map(({ name }) => name)
}
