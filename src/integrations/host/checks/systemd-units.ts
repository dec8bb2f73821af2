import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import { exists } from '../look.ts'
import type { HostOptions } from '../options.ts'

const failed = message<{ unit: string }>('host.unit-failed', {
  en: (p) => `${p.unit} has failed`,
  fr: (p) => `${p.unit} est en échec`,
})
const severalFailed = message<{ units: readonly string[] }>('host.units-failed', {
  en: (p, f) => `${p.units.length} units have failed: ${f.list(p.units)}`,
  fr: (p, f) => `${p.units.length} unités sont en échec\u00a0: ${f.list(p.units)}`,
})
const failedRemedy = message<{ unit: string }>('host.unit-remedy', {
  en: (p) => `systemctl status ${p.unit}; journalctl -u ${p.unit} -n 50`,
  fr: (p) => `systemctl status ${p.unit}; journalctl -u ${p.unit} -n 50`,
})
const noSystemd = message('host.no-systemd', {
  en: () => 'this host does not run systemd',
  fr: () => "cet hôte n'utilise pas systemd",
})
const noAnswer = message<{ detail: string }>('host.systemd-no-answer', {
  en: (p) => `could not tell: systemctl says "${p.detail}"`,
  fr: (p) => `indéterminé\u00a0: systemctl répond «\u00a0${p.detail}\u00a0»`,
})
const fine = message<{ count: number }>('host.units-fine', {
  en: (p) => `${p.count} units loaded, none failed`,
  fr: (p) => `${p.count} unités chargées, aucune en échec`,
})

/** Units by their state, from `systemctl list-units --all --plain --no-legend`. */
export function parseUnits(output: string): readonly { unit: string; active: string }[] {
  return output.split('\n').flatMap((line) => {
    // The dot of some versions marks units that are not well, also without colours.
    const [unit, load, active, sub] = line.replace(/^\s*[●○↻×*]?\s*/, '').split(/\s+/)
    const isUnit = unit?.includes('.') === true && load !== undefined && sub !== undefined
    return isUnit && active !== undefined ? [{ unit, active }] : []
  })
}

/** Has any systemd unit failed? */
export const systemdUnitsCheck = defineCheck<HostOptions>()({
  kind: 'host-systemd-units',
  summary: message('host.units-summary', {
    en: () => 'no systemd unit has failed',
    fr: () => "aucune unité systemd n'est en échec",
  }),
  options: z.strictObject({
    /** Units that may fail, by their whole name. */
    ignore: z.array(z.string()).default([]),
  }),
  cadence: 'daily',
  criticality: 'important',
  watch: { everyMs: 300_000, alertsBy: 'status' },
  messages: [failed, severalFailed, failedRemedy, noSystemd, noAnswer, fine],
  probe: async (_, __, ctx): Promise<CommandResult | undefined> => {
    // What sd_booted(3) asks.
    return (await exists('/run/systemd/system'))
      ? ctx.run({
          argv: ['systemctl', 'list-units', '--all', '--plain', '--no-legend', '--no-pager'],
          timeoutMs: 15_000,
        })
      : undefined
  },
  judge: (result, { ignore }) => {
    if (result === undefined) return { status: 'skipped', because: 'by-design', reason: noSystemd({}) }
    if (result.exitCode !== 0 || result.isTruncated) {
      return {
        status: 'error',
        reason: noAnswer({ detail: (result.stderr.trim() || result.outcome).split('\n')[0] ?? '' }),
      }
    }
    const units = parseUnits(result.stdout)
    const bad = units.filter(({ unit, active }) => active === 'failed' && !ignore.includes(unit))
    const [first] = bad
    if (first === undefined) return { status: 'pass', saw: units.length, reason: fine({ count: units.length }) }
    const findings = bad.map(({ unit }) => {
      const quoted = /^[\w@:.-]+$/.test(unit) ? unit : `'${unit}'`
      return {
        subject: unit,
        severity: 'high' as const,
        title: failed({ unit }),
        remedy: failedRemedy({ unit: quoted }),
      }
    })
    const reason =
      bad.length === 1 ? failed({ unit: first.unit }) : severalFailed({ units: bad.map(({ unit }) => unit) })
    return { status: 'fail', saw: units.length, findings, reason }
  },
})
