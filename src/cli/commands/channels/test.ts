import { userInfo } from 'node:os'
import { nearestNames } from '../../../config/problem.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import { allMessages } from '../../../messages.ts'
import { notifySystem } from '../../../notify/notify-system.ts'
import { type SentTest, sendTests } from '../../channels/send-tests.ts'
import { channelTexts, unknownChannel, withoutChannels } from '../../channels/texts.ts'
import { type Command, stringOf } from '../../command.ts'
import type { Output } from '../../output.ts'

const deliveredText = message<{ channel: string; ms: number }>('cli.channel-delivered', {
  en: (p, f) => `${p.channel}: delivered after ${f.duration(p.ms)}; it is proved`,
  fr: (p, f) => `${p.channel} : transmis en ${f.duration(p.ms)} ; le canal est prouvé`,
})
const refusedText = message<{ channel: string; reason: string }>('cli.channel-refused', {
  en: (p) => `${p.channel}: NOT delivered: ${p.reason}`,
  fr: (p) => `${p.channel} : NON transmis : ${p.reason}`,
})
const unknownText = message<{ channel: string; reason: string }>('cli.channel-unknown', {
  en: (p) => `${p.channel}: could not tell: ${p.reason}`,
  fr: (p) => `${p.channel} : indéterminé : ${p.reason}`,
})
const lookText = message('cli.channel-look', {
  en: () => 'Delivered means that the other side took it. Look whether it reached you.',
  fr: () => "« Transmis » veut dire que le serveur distant l'a accepté. Vérifiez que le message vous est parvenu.",
})

/** Sends a test now. Exit 0 when all were delivered, 1 when one was refused, 3 when one could not be told. */
export const channelsTestCommand: Command = {
  texts: [deliveredText, refusedText, unknownText, lookText, ...channelTexts],
  showsStoredTexts: false,
  run: async ({ output, open, signal }, args) => {
    const vigie = await open()
    const [asked] = args.positionals
    const names = [...new Set(vigie.systems.flatMap(({ channels }) => channels.map(({ name }) => name)))]
    if (names.length === 0) throw withoutChannels()
    if (asked !== undefined && !names.includes(asked)) {
      throw new VigieError('unknown-channel', unknownChannel({ name: asked }), { hint: nearestNames(asked, names) })
    }
    const kinds = vigie.systems.flatMap((system) => system.kinds)
    const ownTexts = vigie.systems.flatMap(({ channels }) => channels.flatMap(({ kind }) => kind.messages))
    const tests = await sendTests({
      outbox: vigie.store.outbox,
      clock: vigie.engine.world.clock,
      http: vigie.engine.world.http,
      systems: vigie.systems.map((system) => notifySystem(system, system.settings.publicUrl, output.settings.locale)),
      isAsked: (channel) => asked === undefined || channel === asked,
      messages: allMessages(kinds, ownTexts),
      by: stringOf(args, 'by')?.trim() || userInfo().username,
      signal,
    })
    if (output.settings.isJson) output.json({ tests: tests.map((one) => toJson(one, output)) })
    else for (const one of tests) tell(output, one)
    if (tests.some(({ status }) => status === 'delivered')) output.note(output.text(lookText({})))
    if (signal.aborted) return 130
    return tests.some(({ status }) => status === 'refused')
      ? 1
      : tests.some(({ status }) => status === 'unknown')
        ? 3
        : 0
  },
}

function tell(output: Output, { channel, status, reason, durationMs }: SentTest): void {
  const why = reason === undefined ? '' : output.text(reason)
  const line = {
    delivered: { sign: 'pass', text: deliveredText({ channel, ms: durationMs }) },
    refused: { sign: 'fail', text: refusedText({ channel, reason: why }) },
    unknown: { sign: 'error', text: unknownText({ channel, reason: why }) },
  } as const
  output.line(`${output.status(line[status].sign)} ${output.text(line[status].text)}`)
}

function toJson({ system, channel, message: id, status, reason, durationMs }: SentTest, output: Output): object {
  const why = reason === undefined ? null : { code: reason.code, params: reason.params, text: output.text(reason) }
  return { system, channel, message: id, status, reason: why, durationMs: Math.round(durationMs) }
}
