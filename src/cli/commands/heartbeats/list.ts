import { ownAddress } from '../../../config/own-address.ts'
import { systemClock } from '../../../core/clock.ts'
import { VigieError } from '../../../core/errors.ts'
import { message } from '../../../core/message.ts'
import type { StepStatus } from '../../../core/words.ts'
import type { Rhythm } from '../../../heartbeats/heartbeat.ts'
import type { HeartbeatStatus } from '../../../heartbeats/judge-heartbeat.ts'
import { lookAtHeartbeats, type SeenHeartbeat } from '../../../heartbeats/look.ts'
import { readKey } from '../../../heartbeats/read-key.ts'
import { type Command, isSet } from '../../command.ts'
import type { Output } from '../../output.ts'
import { table } from '../../table.ts'

const none = message('cli.no-heartbeats', {
  en: () => 'No heartbeat is configured. Write: heartbeats: { nightly: { key: env("NIGHTLY_KEY"), at: "02:00" } }',
  fr: () =>
    'Aucun battement n\'est configuré. Écrivez : heartbeats: { nightly: { key: env("NIGHTLY_KEY"), at: "02:00" } }',
})
const statusWord = message<{ status: string }>('cli.heartbeat-status', {
  en: (p) => p.status.replaceAll('-', ' '),
  fr: (p) => french.get(p.status) ?? p.status,
})
const everyWord = message<{ everyMs: number }>('cli.heartbeat-every', {
  en: (p, f) => `every ${f.duration(p.everyMs)}`,
  fr: (p, f) => `période ${f.duration(p.everyMs)}`,
})
const lastWord = message<{ at: string; durationMs: number | null }>('cli.heartbeat-last', {
  en: (p, f) => `last success ${f.dateTime(p.at)}${p.durationMs === null ? '' : `, ${f.duration(p.durationMs)}`}`,
  fr: (p, f) => `dernier succès ${f.dateTime(p.at)}${p.durationMs === null ? '' : `, ${f.duration(p.durationMs)}`}`,
})
const neverWord = message('cli.heartbeat-never', { en: () => 'no success yet', fr: () => 'encore aucun succès' })
const exitWord = message<{ exitCode: number }>('cli.heartbeat-exit', {
  en: (p) => `exit code ${p.exitCode}`,
  fr: (p) => `code de sortie ${p.exitCode}`,
})
const french = new Map([
  ['up', 'en marche'],
  ['late', 'en retard'],
  ['missing', 'manquant'],
  ['failed', 'en échec'],
  ['started-too-long', 'trop long'],
  ['new', 'nouveau'],
])
const signs: Readonly<Record<HeartbeatStatus, StepStatus>> = {
  up: 'pass',
  new: 'pending',
  late: 'warn',
  missing: 'fail',
  failed: 'fail',
  'started-too-long': 'fail',
}

/** Jobs that run elsewhere: how each stands, and where it pings. Keys are masked unless `--show-keys` asks for them. */
export const heartbeatsListCommand: Command = {
  texts: [none, statusWord, everyWord, lastWord, neverWord, exitWord],
  showsStoredTexts: false,
  run: async ({ output, open }, args) => {
    const { systems, store } = await open()
    const now = systemClock.now()
    const rows = await Promise.all(
      systems.map(async (system) => {
        const address = ownAddress(system.settings)
        const seen = await lookAtHeartbeats(system, store, now)
        return Promise.all(
          seen.map(async (one) => ({ one, ...(await pingUrl(one, address, isSet(args, 'show-keys'))) })),
        )
      }),
    ).then((all) => all.flat())
    if (output.settings.isJson) {
      output.json({ heartbeats: rows.map(({ one, url }) => toJson(one, url)) })
      return 0
    }
    if (rows.length === 0) output.line(output.text(none({})))
    const lines = rows.map(({ one }) => shown(one, output))
    for (const [index, line] of table(lines, output.settings.width).entries()) {
      const { url, problem } = rows[index] ?? {}
      output.line(line)
      output.line(`    ${url ?? ''}${problem === undefined ? '' : output.text(problem.text)}`)
      if (problem?.hint !== undefined) output.line(`    → ${output.text(problem.hint)}`)
    }
    return 0
  },
}

/** The address, or why it has none. */
async function pingUrl(
  { heartbeat }: SeenHeartbeat,
  address: string,
  isWhole: boolean,
): Promise<{ readonly url: string | undefined; readonly problem: VigieError | undefined }> {
  try {
    const key = await readKey(heartbeat)
    return { url: `${address}/ping/${isWhole ? key : `${key.slice(0, 4)}•••`}`, problem: undefined }
  } catch (error) {
    if (error instanceof VigieError) return { url: undefined, problem: error }
    throw error
  }
}

function shown({ heartbeat, state, verdict }: SeenHeartbeat, output: Output): string[] {
  const at = state?.lastSuccessAt?.toISOString()
  const last = at === undefined ? neverWord({}) : lastWord({ at, durationMs: state?.lastDurationMs ?? null })
  const exitCode = verdict.status === 'failed' ? state?.lastExitCode : undefined
  return [
    `${output.status(signs[verdict.status])} ${heartbeat.name}`,
    output.text(statusWord({ status: verdict.status })),
    rhythmText(heartbeat.rhythm, output),
    [...(exitCode === undefined ? [] : [output.text(exitWord({ exitCode }))]), output.text(last)].join(', '),
  ]
}

function rhythmText(rhythm: Rhythm, output: Output): string {
  return 'everyMs' in rhythm ? output.text(everyWord({ everyMs: rhythm.everyMs })) : `${rhythm.at} ${rhythm.timezone}`
}

function toJson({ heartbeat, state, verdict }: SeenHeartbeat, pingUrl: string | undefined): unknown {
  const { system, name, severity, graceMs, rhythm } = heartbeat
  return {
    ...{ system, name, status: verdict.status, severity, graceMs },
    everyMs: 'everyMs' in rhythm ? rhythm.everyMs : null,
    at: 'at' in rhythm ? rhythm.at : null,
    timezone: 'at' in rhythm ? rhythm.timezone : null,
    dueAt: verdict.dueAt?.toISOString() ?? null,
    since: verdict.since?.toISOString() ?? null,
    lastPingAt: state?.lastPingAt?.toISOString() ?? null,
    lastStartAt: state?.lastStartAt?.toISOString() ?? null,
    lastSuccessAt: state?.lastSuccessAt?.toISOString() ?? null,
    lastDurationMs: state?.lastDurationMs ?? null,
    lastExitCode: state?.lastExitCode ?? null,
    lastRunId: state?.lastRunId ?? null,
    pingUrl: pingUrl ?? null,
  }
}
