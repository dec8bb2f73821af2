import { resolve } from 'node:path'
import * as z from 'zod'
import type { DrillAssertion } from '../../core/backup.ts'
import type { StepContext } from '../../core/context.ts'
import { durationSchema } from '../../core/duration.ts'
import { VigieError } from '../../core/errors.ts'
import { message } from '../../core/message.ts'
import { secretSchema } from '../../core/secret.ts'
import { ownProgram } from '../../platform/own-package.ts'
import type { BootAnswer, BootOrder } from './boot-order.ts'

const notLoopback = message('backups.app-health', {
  en: () => 'ask the application on loopback: "http://127.0.0.1:8000/health"',
  fr: () => "interrogez l'application sur la boucle locale : « http://127.0.0.1:8000/health »",
})
const noIsolation = message<{ detail: string }>('backups.app-no-isolation', {
  en: (p) => `The application of the drill was not started: it cannot be cut off from the network here (${p.detail})`,
  fr: (p) => `L'application de l'exercice n'a pas été démarrée : impossible de la couper du réseau ici (${p.detail})`,
})
const noIsolationHint = message('backups.app-no-isolation-hint', {
  en: () =>
    'Run the drill as root, with unshare (util-linux) and ip (iproute2), or leave `drill.app` out: a restored application that reaches the world could write to its customers.',
  fr: () =>
    "Lancez l'exercice en root, avec unshare (util-linux) et ip (iproute2), ou ôtez `drill.app` : une application restaurée qui atteint le monde pourrait écrire à ses clients.",
})
export const bootTexts = [notLoopback, noIsolation, noIsolationHint]

/** An application that is started against the restored copies. */
export const appSchema = z.strictObject({
  command: z.array(z.string().min(1)).min(1),
  /** Where it is started; relative to the config. */
  cwd: z.string().min(1).default('.'),
  /** All that it gets beside PATH, HOME and what the copies give: DATABASE_URL. `{db.DATABASE_URL}` is that of `db`. */
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), secretSchema).default({}),
  health: z.string().refine(isOnLoopback, notLoopback.code),
  /** How long it may take until it is well. */
  timeLimit: durationSchema.default(60_000),
})
export type AppOptions = z.output<typeof appSchema>

/**
 * No network but its own loopback, and no socket of this machine's services: what is restored must reach neither the world nor
 * the living system.
 */
const cutOff = 'mount -t tmpfs none /run && ip link set lo up && exec "$@"'

/** Starts the application against the copies and asks its health. Throws `tool-missing` when it cannot be cut off from the network. */
export async function bootApplication(
  app: AppOptions,
  copies: ReadonlyMap<string, Readonly<Record<string, string>>>,
  ctx: StepContext,
): Promise<DrillAssertion> {
  const given = Object.assign({}, ...[...copies.values()].toReversed())
  const own: Record<string, string> = {}
  for (const [name, value] of Object.entries(app.env)) own[name] = filled(await ctx.reveal(value), copies)
  const order: BootOrder = {
    ...{ command: app.command, cwd: resolve(ctx.baseDir, app.cwd), health: app.health, limitMs: app.timeLimit },
  }
  const child = ownProgram('src/backups/boot/boot-child.ts', 'boot-child.js')
  const through = ['unshare', '--net', '--mount', '/bin/sh', '-c', cutOff, 'sh'] as const
  const result = await ctx.run({
    argv: [...through, process.execPath, child, JSON.stringify(order)],
    env: { ...given, ...own },
    // The child tells it when the application's time is over; this is for a child that does not.
    timeoutMs: app.timeLimit + 30_000,
  })
  const answer = answerOf(result.stdout)
  if (answer === undefined) {
    const detail = result.outcome === 'exited' ? result.stderr.trim().slice(0, 300) : result.outcome
    throw new VigieError('tool-missing', noIsolation({ detail }), { hint: noIsolationHint({}) })
  }
  const told = { name: `health ${app.health}`, expected: '200', actual: answer.said }
  return answer.isWell ? { ...told, status: 'pass' } : { ...told, status: 'fail' }
}

function filled(value: string, copies: ReadonlyMap<string, Readonly<Record<string, string>>>): string {
  return value.replaceAll(/\{([\w-]+)\.(\w+)\}/g, (whole, component, name) => copies.get(component)?.[name] ?? whole)
}

function answerOf(stdout: string): BootAnswer | undefined {
  try {
    return JSON.parse(stdout)
  } catch {
    return undefined
  }
}

function isOnLoopback(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
}
