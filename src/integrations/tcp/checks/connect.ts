import { connect } from 'node:net'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import type { TcpOptions } from '../options.ts'

const closed = message<{ address: string; why: string }>('tcp.closed', {
  en: (p) => `${p.address} takes no connection: ${p.why}`,
  fr: (p) => `${p.address} n'accepte aucune connexion : ${p.why}`,
})
const wrongGreeting = message<{ address: string; got: string; want: string }>('tcp.wrong-greeting', {
  en: (p) => `${p.address} says "${p.got}", expected ${p.want}`,
  fr: (p) => `${p.address} annonce « ${p.got} », attendu ${p.want}`,
})
const open = message<{ ms: number }>('tcp.open', {
  en: (p, f) => `connected in ${f.duration(p.ms)}`,
  fr: (p, f) => `connecté en ${f.duration(p.ms)}`,
})

export interface Sample {
  readonly address: string
  readonly failure: string | undefined
  readonly connectMs: number
  readonly greeting: string
}

/** Does the port take connections, and does it greet as it should? */
export const connectCheck = defineCheck<TcpOptions>()({
  kind: 'tcp-connect',
  summary: message('tcp.connect-summary', {
    en: () => 'the port takes connections',
    fr: () => 'le port accepte des connexions',
  }),
  options: z.strictObject({
    timeout: durationSchema.default(5000),
    /** A regular expression that the first bytes must match. */
    greeting: z.string().optional(),
  }),
  cadence: 'daily',
  criticality: 'important',
  retry: { attempts: 2, delayMs: 500 },
  remote: ({ host }) => host,
  messages: [closed, wrongGreeting, open],
  probe: ({ options: { host, port } }, { timeout, greeting }, ctx) =>
    new Promise<Sample>((resolve) => {
      const address = `${host}:${port}`
      const started = ctx.clock.monotonicMs()
      let connectMs = 0
      let heard = ''
      const socket = connect({ host, port })
      const end = (failure?: string): void => {
        clearTimeout(timer)
        socket.destroy()
        ctx.record({
          what: `TCP ${address}`,
          output: failure ?? heard,
          durationMs: Math.round(ctx.clock.monotonicMs() - started),
        })
        resolve({ address, failure, connectMs, greeting: heard })
      }
      const timer = setTimeout(() => end(connectMs === 0 ? 'timed out' : undefined), timeout)
      socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message))
      socket.once('connect', () => {
        connectMs = ctx.clock.monotonicMs() - started
        if (greeting === undefined) end()
      })
      socket.on('data', (chunk) => {
        heard = `${heard}${chunk.toString('utf8')}`.slice(0, 1000)
        if (greeting !== undefined && new RegExp(greeting).test(heard)) end()
      })
      socket.once('end', () => end())
    }),
  judge: ({ address, failure, connectMs, greeting: got }, { greeting: want }) => {
    if (failure !== undefined) return { status: 'fail', saw: 1, reason: closed({ address, why: failure }) }
    const seen = { saw: 1, measurements: { connect_ms: connectMs } }
    if (want !== undefined && !new RegExp(want).test(got)) {
      return { status: 'fail', ...seen, reason: wrongGreeting({ address, got: got.slice(0, 60), want: `/${want}/` }) }
    }
    return { status: 'pass', ...seen, reason: open({ ms: connectMs }) }
  },
})
