import type { AlertRule } from '../alerts/alert-rule.ts'
import type { System } from '../config/system.ts'
import { severities } from '../core/words.ts'
import type { GeneratedFile, Reveal, SecretFile } from './generated-file.ts'
import { header, throughVigie } from './messages.ts'
import { receivingOf, vigieReceiver } from './receiver.ts'
import { type Branch, branchesOf } from './route-tree.ts'
import { toYaml } from './to-yaml.ts'
import type { Say } from './words.ts'

export interface Told {
  readonly system: System
  readonly rules: readonly AlertRule[]
  readonly reveal: Reveal
}

/** Labels that tell apart what one rule says of several things. */
const subjectLabels = ['system', 'component', 'mount', 'endpoint', 'quantile', 'class', 'state', 'path', 'interface']
export const tokenFile = 'secrets/vigie-token'

/** Who is told of what, as Vigie tells it: the first at once, what comes within 30 s after it together. */
export function alertmanagerFile(
  all: readonly Told[],
  token: string,
  say: Say,
): { readonly file: GeneratedFile; readonly secrets: readonly SecretFile[] } {
  const secrets = new Map<string, SecretFile>([[tokenFile, { path: tokenFile, source: 'vigie', value: token }]])
  const comments = new Set([say(header({}))])
  const receivers = new Map<string, object>()
  const receiver = ({ system, reveal }: Told, channels: readonly string[]): string => {
    const name = `${system.name}: ${channels.join(', ') || 'vigie'}`
    if (receivers.has(name)) return name
    const lists: Record<string, object[]> = {}
    const left: string[] = []
    for (const channel of system.channels.filter((one) => channels.includes(one.name))) {
      const kept: SecretFile[] = []
      const receiving = receivingOf({ system, channel, reveal, secrets: kept })
      for (const one of kept) secrets.set(one.path, one)
      if ('reason' in receiving) {
        left.push(channel.name)
        comments.add(say(throughVigie({ channel: channel.name, reason: say(receiving.reason) })))
      } else lists[receiving.list] = [...(lists[receiving.list] ?? []), receiving.config]
    }
    if (left.length > 0 || channels.length === 0)
      lists['webhook_configs'] = [...(lists['webhook_configs'] ?? []), vigieReceiver(left, tokenFile)]
    receivers.set(name, { name, ...lists })
    return name
  }
  const routes = all.map((told) => systemRoute(told, (channels) => receiver(told, channels)))
  const [first] = all
  const root = first === undefined ? '' : receiver(first, everyChannel(first.system))
  const route = {
    receiver: root,
    group_by: ['system'],
    group_wait: '0s',
    group_interval: '30s',
    repeat_interval: '24h',
    routes,
  }
  const weaker = new Map(all.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule.weakerThan])))
  const inhibit = [...weaker].flatMap(([id, stronger]) =>
    stronger === undefined
      ? []
      : [
          {
            source_matchers: [matcher('alertname', '=', stronger)],
            target_matchers: [matcher('alertname', '=', id)],
            equal: subjectLabels,
          },
        ],
  )
  const text = toYaml({ route, receivers: [...receivers.values()], inhibit_rules: inhibit }, [...comments])
  return { file: { path: 'alertmanager.yml', text }, secrets: [...secrets.values()] }
}

function systemRoute({ system }: Told, receiver: (channels: readonly string[]) => string): object {
  const branches = branchesOf(system)
  const named = [...new Set(branches.flatMap(({ components }) => components ?? []))]
  return {
    receiver: receiver(everyChannel(system)),
    matchers: [matcher('system', '=', system.name)],
    routes: branches.map((branch) => ({ receiver: receiver(branch.channels), matchers: matchersOf(branch, named) })),
  }
}

function matchersOf({ components, severities: own }: Branch, named: readonly string[]): readonly string[] {
  const of = components ?? named
  const component = of.length === 0 ? [] : [matcher('component', components === undefined ? '!~' : '=~', of.join('|'))]
  const isAny = own.length === severities.length
  return [...component, ...(isAny ? [] : [matcher('severity', '=~', own.join('|'))])]
}

function everyChannel({ channels }: System): readonly string[] {
  return channels.map(({ name }) => name)
}

/** Between the quotation marks only these are escaped, in the older way of reading as in the newer. */
function matcher(label: string, operator: string, value: string): string {
  const text = value.toWellFormed().replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
  return `${label}${operator}"${text}"`
}
