import { randomUUID } from 'node:crypto'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { createRedactor, type Redactor } from '../../core/redact.ts'
import { createHttpClient } from '../../platform/http-client.ts'
import { type Command, stringOf } from '../command.ts'
import { pingTarget, pingTargetTexts } from '../wrap/ping-target.ts'
import { runCommand } from '../wrap/run-command.ts'
import { sendPing } from '../wrap/send-ping.ts'
import { endOf } from '../wrap/tail.ts'

const whereTo = message('cli.wrap-where-to', {
  en: () =>
    'Say where to ping: either --heartbeat NAME, or --url URL (or VIGIE_PING_URL, which no list of processes shows).',
  fr: () =>
    "Dites où se manifester : soit --heartbeat NOM, soit --url URL (ou VIGIE_PING_URL, qu'aucune liste de processus ne montre).",
})
const noCommand = message('cli.wrap-no-command', {
  en: () => 'Write the command after "--": vigie wrap --heartbeat nightly -- pg_dump shop',
  fr: () => 'Écrivez la commande après « -- » : vigie wrap --heartbeat nightly -- pg_dump shop',
})
const notSent = message<{ what: string; detail: string }>('cli.wrap-not-sent', {
  en: (p) => `vigie wrap: the ping (${p.what}) could not be sent, which does not touch the command: ${p.detail}`,
  fr: (p) =>
    `vigie wrap : le signal (${p.what}) n'a pas pu être envoyé, ce qui n'affecte pas la commande : ${p.detail}`,
})
const notStarted = message<{ program: string; why: string }>('cli.wrap-not-started', {
  en: (p) => `vigie wrap: ${p.program}: ${p.why === 'not-found' ? 'there is no such command' : 'it may not be run'}`,
  fr: (p) => `vigie wrap : ${p.program} : ${p.why === 'not-found' ? 'commande introuvable' : 'exécution non permise'}`,
})

const sentBytes = 10_000
/** Redacted whole and cut after it: a secret that a cut goes through would not be known any more. */
const keptBytes = 64_000
const urlVariable = 'VIGIE_PING_URL'

/** Runs a command and tells a heartbeat how it went. Whatever becomes of the pings, its exit code is passed on. */
export const wrapCommand: Command = {
  texts: [whereTo, noCommand, notSent, notStarted, ...pingTargetTexts],
  showsStoredTexts: false,
  run: async ({ output, cwd, flags }, args) => {
    const [program, ...rest] = args.positionals
    if (program === undefined) throw new VigieError('usage', noCommand({}))
    const heartbeat = stringOf(args, 'heartbeat')
    const url = stringOf(args, 'url') ?? (heartbeat === undefined ? process.env[urlVariable] || undefined : undefined)
    if ((heartbeat === undefined) === (url === undefined)) throw new VigieError('usage', whereTo({}))
    const http = createHttpClient({})
    const redactor = redactorOf(process.env)
    if (url !== undefined) redactor.protect(url)
    const runId = randomUUID()
    const tell = (what: string, detail: string): void => {
      process.stderr.write(`${output.text(notSent({ what, detail: redactor.redact(detail) }))}\n`)
    }
    // The command does not wait for the ping, nor for the config that says where it goes.
    const target = pingTarget(heartbeat === undefined ? { url: url ?? '' } : { heartbeat }, {
      cwd,
      configs: flags.config,
    })
    // What keeps us from a target is told with the end, which asks for it again.
    const started = target
      .then((to) => sendPing(http, to, { what: 'start', runId, attempts: 2 }))
      .then((failure) => failure !== undefined && tell('start', failure))
      .catch(() => undefined)
    const { [urlVariable]: _, ...env } = process.env
    const { exitCode, durationMs, stderr, failure } = await runCommand([program, ...rest], env, keptBytes)
    if (failure !== undefined) process.stderr.write(`${output.text(notStarted({ program, why: failure }))}\n`)
    // An end that overtakes its start would leave the run open.
    await started
    try {
      const body = endOf(redactor.redact(stderr), sentBytes)
      const end = { what: String(exitCode), runId, durationMs, body, attempts: 3 }
      const refusal = await sendPing(http, await target, end)
      if (refusal !== undefined) tell(String(exitCode), refusal)
    } catch (error) {
      const said = error instanceof VigieError ? output.text(error.text) : error instanceof Error ? error.message : ''
      tell(String(exitCode), said)
    }
    await http.close()
    return exitCode
  },
}

/** Knows what the environment calls a secret, for the command may say it. */
function redactorOf(env: NodeJS.ProcessEnv): Redactor {
  const redactor = createRedactor()
  for (const [name, value = ''] of Object.entries(env)) {
    const isSecret =
      /passw|secret|token|credential|(^|_)key|apikey|_dsn$/i.test(name) || /^\w+:\/\/[^/\s]*:[^/\s]*@/.test(value)
    if (isSecret && value.length >= 8) redactor.protect(value)
  }
  return redactor
}
