import type { System } from '../../../config/system.ts'
import { message, type Text } from '../../../core/message.ts'
import { unprovedChannels } from '../../../notify/proof.ts'
import type { Store } from '../../../store/store.ts'
import type { MessageRow } from '../../../store/watch-store.ts'
import { channelTexts, noChannels } from '../../channels/texts.ts'
import type { Command } from '../../command.ts'
import type { Output } from '../../output.ts'
import { table } from '../../table.ts'

const provedText = message<{ at: string; by: string }>('cli.channel-proved', {
  en: (p, f) => `proved ${f.dateTime(p.at)} by ${kindIn.en[p.by] ?? p.by}`,
  fr: (p, f) => `prouvé ${f.dateTime(p.at)} par ${kindIn.fr[p.by] ?? p.by}`,
})
const staleText = message<{ at: string; by: string }>('cli.channel-stale', {
  en: (p, f) => `NOT PROVED since ${f.dateTime(p.at)} (${kindIn.en[p.by] ?? p.by})`,
  fr: (p, f) => `NON PROUVÉ depuis ${f.dateTime(p.at)} (${kindIn.fr[p.by] ?? p.by})`,
})
const neverText = message('cli.channel-never', {
  en: () => 'NOT PROVED: nothing delivered yet',
  fr: () => 'NON PROUVÉ : rien de transmis',
})
const fallbackText = message<{ name: string }>('cli.channel-fallback', {
  en: (p) => `else ${p.name}`,
  fr: (p) => `sinon ${p.name}`,
})
const countsText = message<{ waiting: number; givenUp: number }>('cli.channel-counts', {
  en: (p, f) =>
    `${f.plural(p.waiting, { one: '1 message waits', other: `${p.waiting} messages wait` })}, ${p.givenUp} given up`,
  fr: (p, f) =>
    `${f.plural(p.waiting, { one: `${p.waiting} message attend`, other: `${p.waiting} messages attendent` })}, ${f.plural(p.givenUp, { one: `${p.givenUp} abandonné`, other: `${p.givenUp} abandonnés` })}`,
})
const tryText = message<{ name: string }>('cli.channel-try', {
  en: (p) => `Try it: vigie channels test ${p.name}`,
  fr: (p) => `Essayez-le : vigie channels test ${p.name}`,
})
const kindIn: Readonly<Record<'en' | 'fr', Readonly<Record<string, string>>>> = {
  en: { alerts: 'an alert', notice: 'a notice', canary: 'the daily canary', test: 'a test' },
  fr: { alerts: 'une alerte', notice: 'un avis', canary: "l'essai quotidien", test: 'un essai' },
}

/** Messages of a system that are counted. */
const mostCounted = 1000

interface ChannelLine {
  readonly system: string
  readonly name: string
  readonly kind: string
  readonly fallback: string | undefined
  readonly isProved: boolean
  readonly proof: { readonly at: Date; readonly by: string } | undefined
  readonly waiting: number
  readonly givenUp: number
  /** Of the newest message that did not arrive. */
  readonly lastError: Text | undefined
}

/** Every way to tell people: whether it is known to work, and what did not get through. */
export const channelsListCommand: Command = {
  texts: [provedText, staleText, neverText, fallbackText, countsText, tryText, ...channelTexts],
  showsStoredTexts: false,
  run: async ({ output, open }) => {
    const { systems, store, engine } = await open()
    const now = engine.world.clock.now()
    const all = (await Promise.all(systems.map((system) => linesOf(system, store, now)))).flat()
    if (output.settings.isJson) {
      output.json({ channels: all.map((one) => toJson(one, output)) })
      return 0
    }
    if (all.length === 0) output.line(output.text(noChannels({})))
    const rows = all.map((one) => [
      `${output.status(one.isProved ? 'pass' : 'warn')} ${systems.length > 1 ? `${one.system} ` : ''}${one.name}`,
      one.kind,
      one.fallback === undefined ? '' : output.text(fallbackText({ name: one.fallback })),
      output.text(proofText(one)),
    ])
    for (const [index, line] of table(rows, output.settings.width).entries()) {
      output.line(line)
      const one = all[index]
      if (one !== undefined) tellMore(output, one)
    }
    return 0
  },
}

async function linesOf(system: System, store: Store, now: Date): Promise<readonly ChannelLine[]> {
  const names = system.channels.map(({ name }) => name)
  const proofs = await store.outbox.proofs(system.name)
  const unproved = new Set(unprovedChannels(names, proofs, now).map(({ channel }) => channel))
  const listed = (state: MessageRow['state']): Promise<readonly MessageRow[]> =>
    store.outbox.list({ system: system.name, state, limit: mostCounted })
  const [waiting, givenUp] = [await listed('waiting'), await listed('given-up')]
  // What was decided and is part of no message yet is one more to come.
  const loose = new Set((await store.outbox.looseChannels([system.name])).map(({ channel }) => channel))
  return system.channels.map(({ name, kind, fallback }) => {
    const own = { waiting: waiting.filter(isOf(name)), givenUp: givenUp.filter(isOf(name)) }
    const failed = [...own.waiting, ...own.givenUp].toSorted((a, b) => b.at.getTime() - a.at.getTime())
    return {
      ...{ system: system.name, name, kind: kind.kind, fallback },
      isProved: !unproved.has(name),
      proof: proofs.get(name),
      waiting: own.waiting.length + (loose.has(name) ? 1 : 0),
      givenUp: own.givenUp.length,
      lastError: failed.find(({ lastError }) => lastError !== undefined)?.lastError,
    }
  })
}

function isOf(name: string): (message: MessageRow) => boolean {
  return ({ channel }) => channel === name
}

function proofText({ isProved, proof }: ChannelLine): Text {
  if (proof === undefined) return neverText({})
  const params = { at: proof.at.toISOString(), by: proof.by }
  return isProved ? provedText(params) : staleText(params)
}

function tellMore(output: Output, { name, isProved, waiting, givenUp, lastError }: ChannelLine): void {
  if (waiting + givenUp > 0) output.line(`    ${output.text(countsText({ waiting, givenUp }))}`)
  if (lastError !== undefined) output.line(`    ${output.text(lastError)}`)
  if (!isProved) output.line(`    → ${output.text(tryText({ name }))}`)
}

function toJson(one: ChannelLine, output: Output): object {
  const { system, name, kind, fallback = null, isProved, proof, waiting, givenUp, lastError } = one
  return {
    ...{ system, name, kind, fallback, isProved },
    provedAt: proof?.at.toISOString() ?? null,
    provedBy: proof?.by ?? null,
    ...{ waiting, givenUp },
    lastError: lastError === undefined ? null : output.text(lastError),
  }
}
