import { stat } from 'node:fs/promises'
import { z } from 'zod'
import { defineCheck } from '../../../core/check.ts'
import type { CommandResult } from '../../../core/context.ts'
import { message } from '../../../core/message.ts'
import type { HostOptions } from '../options.ts'

const failed = message<{ unit: string }>('host.unit-failed', {
  en: (p) => `${p.unit} has failed`,
  fr: (p) => `${p.unit} est en échec`,
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
  fr: (p) => `indéterminé : systemctl répond « ${p.detail} »`,
})
const fine = message<{ count: number }>('host.units-fine', {
  en: (p) => `${p.count} units loaded, none failed`,
  fr: (p) => `${p.count} unités chargées, aucune en échec`,
})

/** Units by their state, from `systemctl list-units --all --plain --no-legend`. */
export function parseUnits(output: string): readonly { unit: string; active: string }[] {
  return output.split('\n').flatMap((line) => {
    const [unit, load, active] = line.replace(/^[●*]?\s*/, '').split(/\s+/)
    return unit === undefined || load === undefined || active === undefined || !unit.includes('.')
      ? []
      : [{ unit, active }]
  })
}

/** Has any systemd unit failed? */
export const systemdUnitsCheck = defineCheck<HostOptions>()({
  kind: 'host-systemd-units',
  summary: message('host.units-summary', {
    en: () => 'no systemd unit has failed',
    fr: () => "aucune unité systemd n'est en échec",
  }),
  options: z.strictObject({ ignore: z.array(z.string()).default([]) }),
  cadence: 'daily',
  criticality: 'important',
  messages: [failed, failedRemedy, noSystemd, noAnswer, fine],
  probe: async (_, __, ctx): Promise<CommandResult | undefined> => {
    const isSystemd = await stat('/run/systemd/system').then(
      () => true,
      () => false,
    )
    return isSystemd
      ? ctx.run({
          argv: ['systemctl', 'list-units', '--all', '--plain', '--no-legend', '--no-pager'],
          timeoutMs: 15_000,
        })
      : undefined
  },
  judge: (result, { ignore }) => {
    if (result === undefined) return { status: 'skipped', because: 'by-design', reason: noSystemd({}) }
    if (result.exitCode !== 0 || result.isTruncated) {
      return { status: 'error', reason: noAnswer({ detail: (result.stderr || result.outcome).split('\n')[0] ?? '' }) }
    }
    const units = parseUnits(result.stdout)
    const bad = units.filter(({ unit, active }) => active === 'failed' && !ignore.includes(unit))
    const [first] = bad
    if (first === undefined) return { status: 'pass', saw: units.length, reason: fine({ count: units.length }) }
    const findings = bad.map(({ unit }) => ({
      subject: unit,
      severity: 'high' as const,
      title: failed({ unit }),
      remedy: failedRemedy({ unit }),
    }))
    return {
      status: 'fail',
      saw: units.length,
      findings,
      reason: failed({ unit: bad.map(({ unit }) => unit).join(', ') }),
    }
  },
})
