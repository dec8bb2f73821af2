import assert from 'node:assert/strict'
import { join } from 'node:path'
import { everyKind } from '../../src/catalog.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer } from '../../src/core/message.ts'
import { verifyAudit } from '../../src/engine/verify-audit.ts'
import { allMessages } from '../../src/messages.ts'
import { openStore } from '../../src/store/open.ts'
import type { EvidenceRow } from '../../src/store/step-row.ts'
import { vigie } from './cli.ts'
import { processesOf } from './processes-of.ts'
import { assertFits } from './schema.ts'
import type { ScratchSystem } from './scratch-system.ts'

/** What a run on bad input came to, in what it printed and in what it kept. */
export interface BadRun {
  readonly code: number | null
  readonly status: string
  readonly steps: ReadonlyMap<string, BadStep>
  readonly findings: number
  readonly stdout: string
}

export interface BadStep {
  readonly status: string
  readonly summary: string
  readonly remedy: string
  /** As the store gives it to a French reader. */
  readonly french: string
  readonly evidence: readonly EvidenceRow[]
}

interface PrintedStep {
  readonly id: string
  readonly status: string
  readonly summary: string
  readonly remedy: string | null
}

/**
 * Runs steps through the command line, and proves what holds whatever the input: the published shape, nothing on
 * standard error, no stack trace, no raw control character, no process left, and a store that holds all that was
 * printed under an audit that is sound.
 */
export async function badRun(
  system: ScratchSystem,
  words: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv } = {},
): Promise<BadRun> {
  const got = await vigie(['run', ...words, '--json', ...system.config], { cwd: system.dir, ...options })
  assert.equal(got.stderr, '')
  const printed = got.json()
  assertFits('run', printed)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey must not come through.
  assert.doesNotMatch(got.stdout, /[\0-\u0009\u000b-\u001f\u007f-\u009f]/)
  for (const { summary, remedy } of printed.steps) assertReadable(`${summary}\n${remedy}`)
  assert.deepEqual(processesOf(system.dir), [])
  const store = await openStore({ kind: 'sqlite', dir: join(system.dir, '.vigie') })
  try {
    assert.deepEqual((await verifyAudit(store)).problems, [])
    const run = await store.runs.get(printed.run.id)
    assert.equal(run?.status, printed.run.status)
    const rows = await store.runs.steps(printed.run.id)
    assert.deepEqual(rows.map(shortOf), printed.steps.map(shortOf))
    const french = createRenderer(allMessages(await everyKind()), createFormatter('fr'))
    const steps = rows.map(async ({ id, reason, remedy }, index): Promise<[string, BadStep]> => {
      const { status, summary, remedy: next } = printed.steps[index] as PrintedStep
      const told = [reason, remedy].map((text) => (text === undefined ? '' : french.render(text))).join('\n')
      assertReadable(told)
      const evidence = await store.runs.evidence(printed.run.id, id)
      return [id, { status, summary, remedy: next ?? '', french: told, evidence }]
    })
    const { status } = printed.run
    return {
      code: got.code,
      status,
      steps: new Map(await Promise.all(steps)),
      findings: printed.findings.length,
      stdout: got.stdout,
    }
  } finally {
    await store.close()
  }
}

/** The step of a run that has but one. */
export function onlyStep({ steps }: BadRun): BadStep {
  const [step] = steps.values()
  assert.ok(step !== undefined && steps.size === 1)
  return step
}

function assertReadable(text: string): void {
  assert.doesNotMatch(text, /\n\s+at |node:internal|undefined|\[object|NaN/)
}

function shortOf({ id, status }: { id: string; status: string }): string {
  return `${id} ${status}`
}
