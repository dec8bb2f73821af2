import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { readyRules } from '../src/alerts/catalog.ts'
import { everyChannelKind, everyKind } from '../src/catalog.ts'
import { globalOptions } from '../src/cli/catalog/global-options.ts'
import { commandCatalog } from '../src/cli/catalog.ts'
import type { OptionSpec } from '../src/cli/command.ts'
import { usageOf } from '../src/cli/help.ts'
import { jsonShapes } from '../src/cli/json-shapes.ts'
import { configSchema, toJson } from '../src/config/config-schema.ts'
import { stepName } from '../src/config/system.ts'
import { writtenDuration } from '../src/core/duration.ts'
import { errorCodes } from '../src/core/errors.ts'
import { createFormatter } from '../src/core/formatter.ts'
import type { Message } from '../src/core/message.ts'
import { placeholders } from '../src/notify/channels/webhook-template.ts'

/** Writes docs/reference from the catalogs; with `--check` only says what is stale. */
const componentKinds = await everyKind()
const channelKinds = await everyChannelKind()
const english = createFormatter('en')
const say = (text: Message<Record<string, never>>): string => text.renderings.en({}, english)
const note = '<!-- Generated from the catalogs: npm run generate -->\n'

const pages: Record<string, string> = {
  'kinds.md': kindsPage(),
  'rules.md': rulesPage(),
  'channels.md': channelsPage(),
  'cli.md': cliPage(),
  'errors.md': errorsPage(),
  'config.schema.json': asJson(configSchema(componentKinds, channelKinds)),
}
for (const [name, shape] of Object.entries(jsonShapes)) {
  const schema = {
    $id: `https://vigie.example/schemas/${name}.json`,
    title: `vigie --json: ${name}`,
    ...z.toJSONSchema(shape),
  }
  pages[`json/${name}.schema.json`] = asJson(schema)
}

const root = join(import.meta.dirname, '..', 'docs', 'reference')
let stale = 0
for (const [name, text] of Object.entries(pages)) {
  const file = join(root, name)
  const present = await readFile(file, 'utf8').catch(() => '')
  if (present === text) continue
  stale++
  if (process.argv.includes('--check')) {
    console.error(`docs/reference/${name} is stale: npm run generate`)
    continue
  }
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
}
console.log(
  `${Object.keys(pages).length} reference pages, ${stale} ${process.argv.includes('--check') ? 'stale' : 'written'}`,
)
process.exit(process.argv.includes('--check') && stale > 0 ? 1 : 0)

function kindsPage(): string {
  const parts = componentKinds.map(({ kind, summary, options, checks, tasks, collectors = [] }) => {
    const steps = [...checks.map((one) => ({ ...one, effect: 'observe' })), ...tasks].map(
      (one) =>
        `### \`${stepName(kind, one.kind)}\` (${one.effect})\n\n${say(one.summary)}. Routine: ${one.cadence ?? 'none'}. Criticality: ${one.criticality ?? 'important'}.\n\n${optionsTable(one.options)}`,
    )
    const looks = collectors.map(
      (one) =>
        `### \`${stepName(kind, one.kind)}\` (collector)\n\n${say(one.summary)}. Every ${writtenDuration(one.everyMs)}.\n\n${optionsTable(one.options)}`,
    )
    return `## ${kind}\n\n${say(summary)}\n\n${optionsTable(options)}\n\n${[...steps, ...looks].join('\n\n')}`
  })
  return `${note}\n# Kinds\n\nEvery component kind with its checks and tasks. Options of a check stand under \`checks: { name: { … } }\` of its component; every one also takes \`cadence\`, \`criticality\`, \`timeLimit\`, \`attempts\` and \`every\` (how often the watch asks it), and \`false\` leaves it out. Those of a collector stand under \`collectors: { name: { … } }\`, and take \`every\` and \`timeLimit\` too.\n\n${parts.join('\n\n')}\n`
}

function rulesPage(): string {
  const rows = readyRules.map(
    ({ id, rule, weakerThan }) =>
      `| \`${id}\` | \`${rule.replaceAll('|', '\\|')}\` | ${weakerThan === undefined ? '' : `\`${weakerThan}\``} |`,
  )
  return `${note}\n# Ready-made rules\n\nEach sleeps until the series that it reads come. \`withoutAlerts: ['id']\` leaves one out. Nobody is told of a rule while the one of its last column fires for the same thing.\n\n| id | rule | quiet while this fires |\n|---|---|---|\n${rows.join('\n')}\n`
}

function channelsPage(): string {
  const parts = channelKinds.map(
    ({ kind, summary, options }) => `## ${kind}\n\n${say(summary)}\n\n${optionsTable(options)}`,
  )
  const rows = Object.entries(placeholders).map(([name, what]) => `| \`{{${name}}}\` | ${what} |`)
  return `${note}\n# Channels\n\nEvery kind of channel; each also takes \`fallback\`, the name of another one.\n\n${parts.join('\n\n')}\n\n## Placeholders of a webhook's template\n\nThose of one alert are of the worst.\n\n| placeholder | what it gives |\n|---|---|\n${rows.join('\n')}\n`
}

function optionsTable(schema: z.ZodType): string {
  const { properties = {}, required = [] } = toJson(schema) as {
    properties?: Record<string, { description?: string; type?: string; default?: unknown; enum?: unknown[] }>
    required?: string[]
  }
  const rows = Object.entries(properties).map(([name, { description, type, default: fallback, enum: values }]) => {
    const shape = values === undefined ? (description ?? type ?? 'see the config schema') : values.join(', ')
    return `| \`${name}\` | ${shape} | ${required.includes(name) ? 'required' : fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``} |`
  })
  return rows.length === 0 ? 'No options.' : `| option | what | default |\n|---|---|---|\n${rows.join('\n')}`
}

function cliPage(): string {
  const commands = commandCatalog.map(
    (line) =>
      `## \`vigie ${usageOf(line)}\`\n\n${say(line.summary)}.${line.options === undefined ? '' : `\n\n${optionRows(line.options)}`}`,
  )
  return `${note}\n# Commands\n\nExit codes: 0 well, or only warnings; 1 a step failed, or an open finding is at or above \`--severity\`; 2 usage or configuration; 3 could not tell, interrupted, or waiting for approval; 4 locked by another run; 130 canceled.\n\n## Options of every command\n\n${optionRows(globalOptions)}\n\n${commands.join('\n\n')}\n`
}

function optionRows(options: Readonly<Record<string, OptionSpec>>): string {
  const rows = Object.entries(options).map(
    ([name, { short, value, summary }]) =>
      `| \`--${name}${value === undefined ? '' : ` ${value}`}\`${short === undefined ? '' : `, \`-${short}\``} | ${say(summary)} |`,
  )
  return `| option | what |\n|---|---|\n${rows.join('\n')}`
}

function errorsPage(): string {
  const rows = Object.entries(errorCodes).map(([code, { exit, http }]) => `| \`${code}\` | ${exit} | ${http} |`)
  return `${note}\n# Error codes\n\nWith \`--json\` an error is \`{ "error": { "code", "message", "hint" } }\`.\n\n| code | exit code | HTTP status |\n|---|---|---|\n${rows.join('\n')}\n`
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
