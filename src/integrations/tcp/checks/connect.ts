import { stripVTControlCharacters } from 'node:util'
import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { durationSchema } from '../../../core/duration.ts'
import { message } from '../../../core/message.ts'
import { patternSchema } from '../../../core/pattern.ts'
import { lookAtPort, type PortAnswer } from '../look.ts'
import { addressOf, hostOf, type TcpOptions } from '../options.ts'
import {
  closed,
  closedRemedy,
  hungUp,
  open,
  silent,
  tcpTexts,
  tooSlow,
  tooSlowRemedy,
  wrongGreeting,
} from '../texts.ts'

export interface ConnectSample {
  readonly host: string
  readonly port: number
  readonly address: string
  readonly answer: PortAnswer
}

/** Does the port take connections, and does it greet as it should? */
export const connectCheck = defineCheck<TcpOptions>()({
  kind: 'tcp-connect',
  summary: message('tcp.connect-summary', {
    en: () => 'the port takes connections',
    fr: () => 'le port accepte des connexions',
  }),
  options: z.strictObject({
    /** For the connection and its greeting. Room for two lost packets: TCP asks again after 1 s and 3 s (RFC 6298). */
    timeout: durationSchema.default(5000),
    /** What the first 1,000 bytes must match. */
    greeting: patternSchema.optional(),
  }),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 60_000, alertsBy: 'status' },
  retry: { attempts: 2, delayMs: 500 },
  remote: hostOf,
  messages: tcpTexts,
  probe: async ({ options }, { timeout, greeting }, ctx): Promise<ConnectSample> => {
    const [host, address] = [hostOf(options), addressOf(options)]
    const started = ctx.clock.monotonicMs()
    const question = { host, port: options.port, timeoutMs: timeout, greeting }
    const answer = await lookAtPort(question, ctx.clock, ctx.signal)
    const output = answer.outcome === 'connected' ? answer.greeting?.text : answer.detail
    const durationMs = Math.round(ctx.clock.monotonicMs() - started)
    ctx.record({ what: `TCP ${address}`, output: `${answer.outcome}\n${output ?? ''}`.trim(), durationMs })
    return { host, port: options.port, address, answer }
  },
  judge: ({ host, port, address, answer }, { greeting: want }) => {
    if (answer.outcome !== 'connected') {
      const reason = closed({ address, why: answer.outcome })
      return { status: 'fail', saw: 0, reason, remedy: closedRemedy({ host, port }) }
    }
    const { connectMs: ms, greeting } = answer
    const seen = { saw: 1, measurements: { connect_ms: ms } }
    if (want === undefined || greeting?.match === 'found') return { status: 'pass', ...seen, reason: open({ ms }) }
    if (greeting?.match === 'too-slow') {
      return { status: 'error', reason: tooSlow({ want }), remedy: tooSlowRemedy({}), measurements: seen.measurements }
    }
    const got = stripVTControlCharacters(greeting?.text ?? '')
      .replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 60)
    if (got !== '') return { status: 'fail', ...seen, reason: wrongGreeting({ address, got, want }) }
    return {
      status: 'fail',
      ...seen,
      reason: greeting?.isHungUp ? hungUp({ address, want }) : silent({ address, want }),
    }
  },
})
