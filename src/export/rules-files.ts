import type { AlertRule } from '../alerts/alert-rule.ts'
import { printDuration } from '../alerts/expression/print-rule.ts'
import { systemRules } from '../alerts/system-rules.ts'
import type { System } from '../config/system.ts'
import type { Text } from '../core/message.ts'
import type { GeneratedFile } from './generated-file.ts'
import { knownSeries } from './known-series.ts'
import { allTranslated, databaseDown, exportedWord, header, leftOutNote, seriesNote, targetDown } from './messages.ts'
import { plainInTemplate } from './promql.ts'
import { toYaml } from './to-yaml.ts'
import { translateRule } from './translate-rule.ts'
import type { Say } from './words.ts'

/** A rule that Prometheus cannot evaluate, and why. */
export interface LeftOut {
  readonly system: string
  readonly rule: string
  readonly text: string
  readonly reason: Text
}

/** Two looks that failed, and a bit: a restart takes as long. */
const downFor = '1m'

/** The series of Vigie as recording rules, and whether everything answers. */
export function seriesFile(say: Say): GeneratedFile {
  const groups = Object.entries(knownSeries).map(([source, all]) => ({
    name: `vigie-${source}`,
    rules: all.map(({ name, expr, fixed }) => ({ record: name, expr, labels: fixed })),
  }))
  const down = (alert: string, expr: string, text: Text): object => ({
    alert,
    expr,
    for: downFor,
    labels: { severity: 'critical' },
    annotations: { summary: say(text) },
  })
  const availability = {
    name: 'vigie-availability',
    rules: [
      down('target-down', 'up{system!=""} == 0 or up{job="vigie"} == 0', targetDown({})),
      down('postgres-down', 'pg_up{system!=""} == 0', databaseDown({})),
    ],
  }
  const text = toYaml({ groups: [...groups, availability] }, [say(header({})), say(seriesNote({}))])
  return { path: 'rules/series.yml', text }
}

/** The rules of one system, and those of them that stay with Vigie. */
export function alertsFile(
  system: System,
  slug: string,
  say: Say,
): { readonly file: GeneratedFile; readonly leftOut: readonly LeftOut[]; readonly rules: readonly AlertRule[] } {
  const all = systemRules(system.settings)
  // A rule that is written twice is one.
  const rules = [...new Map(all.map((rule) => [rule.id, rule])).values()]
  const leftOut: LeftOut[] = []
  const written: object[] = []
  for (const rule of rules) {
    const translation = translateRule(rule, system)
    if ('expr' in translation) written.push(promRule(rule, translation.expr, say))
    else leftOut.push({ system: system.name, rule: rule.id, text: rule.text, reason: translation.reason })
  }
  const note = leftOut.length === 0 ? allTranslated({}) : leftOutNote({ count: leftOut.length })
  const comments = [
    say(header({})),
    say(note),
    ...leftOut.map(({ rule, text, reason }) => `  ${rule === text ? text : `${rule}: ${text}`} -- ${say(reason)}`),
  ]
  const groups = written.length === 0 ? [] : [{ name: `vigie-alerts-${slug}`, rules: written }]
  return { file: { path: `rules/alerts-${slug}.yml`, text: toYaml({ groups }, comments) }, leftOut, rules }
}

function promRule(rule: AlertRule, expr: string, say: Say): object {
  const { id, text, severity, keepMs, remedy } = rule
  const { forMs } = rule.rule
  const place =
    '{{ $labels.component }}{{ with $labels.mount }} {{ . }}{{ end }}{{ with $labels.endpoint }} {{ . }}{{ end }}'
  return {
    alert: id,
    expr,
    for: forMs > 0 ? printDuration(forMs) : undefined,
    keep_firing_for: keepMs > 0 ? printDuration(keepMs) : undefined,
    labels: { severity },
    annotations: {
      summary: say(exportedWord({ place, rule: plainInTemplate(text) })),
      description: remedy && plainInTemplate(say(remedy)),
    },
  }
}
