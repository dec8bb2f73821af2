import assert from 'node:assert/strict'
import type pg from 'pg'
import { VigieError } from '../../src/core/errors.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer, locales, messageMap, type Text } from '../../src/core/message.ts'
import type { Action, ActionOutcome } from '../../src/core/task.ts'
import { postgresOptions } from '../../src/integrations/postgres/options.ts'
import { retentionTask } from '../../src/integrations/postgres/tasks/retention.ts'
import { aComponent, type TestContext, testContext } from './context.ts'

const known = messageMap(retentionTask.messages)

/** Both languages of texts, each declared by the task. */
export function bothLanguages(...texts: readonly Text[]): string {
  for (const { code } of texts) assert.ok(known.has(code), `the task gives ${code} and does not declare it`)
  const lines = locales.flatMap((locale) => {
    const renderer = createRenderer(known, createFormatter(locale))
    return texts.map((text) => renderer.render(text))
  })
  for (const line of lines) assert.doesNotMatch(line, /undefined|NaN|\[object/)
  return lines.join('\n')
}

export interface Retention {
  plan(ctx?: TestContext): Promise<readonly Action[]>
  execute(action: Action, ctx?: TestContext): Promise<ActionOutcome>
  /** Plans and does all of it. */
  run(): Promise<readonly ActionOutcome[]>
  /** Why the plan is refused, in both languages with its next step; 'planned' when it is not. */
  refusal(ctx?: TestContext): Promise<string>
}

/** A rule with what it does to the rows. */
export function ruleOf(
  rule: object,
  way: 'delete' | { readonly archive: string } | { readonly parquet: string; readonly asText?: readonly string[] },
): object {
  return { pause: 0, ...rule, action: way }
}

/** The retention task on rules of a real server. */
export function retention(
  url: string,
  rules: Readonly<Record<string, object>>,
  more: object = {},
  baseDir = process.cwd(),
  name = 'it',
): Retention {
  const component = aComponent(postgresOptions.parse({ url, retention: rules, ...more }), name)
  const options = retentionTask.options.parse({})
  const own = (): TestContext => testContext({ timeoutMs: 60_000, baseDir })
  const plan = async (ctx = own()): Promise<readonly Action[]> => {
    const actions = await retentionTask.plan(component, options, ctx)
    for (const { summary, undo } of actions) bothLanguages(summary, ...(undo === undefined ? [] : [undo]))
    return actions
  }
  const execute = async (action: Action, ctx = own()): Promise<ActionOutcome> => {
    const outcome = await retentionTask.execute(action, component, options, ctx)
    const text = outcome.status === 'skipped' ? outcome.reason : outcome.note
    if (text !== undefined) bothLanguages(text)
    return outcome
  }
  return {
    plan,
    execute,
    run: async () => {
      const outcomes: ActionOutcome[] = []
      for (const action of await plan()) outcomes.push(await execute(action))
      return outcomes
    },
    refusal: async (ctx) => refusalOf(plan(ctx)),
  }
}

export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'planned'
  } catch (error) {
    if (!(error instanceof VigieError)) throw error
    assert.ok(error.hint, `no next step: ${error.message}`)
    return bothLanguages(error.text, error.hint)
  }
}

export async function countOf(client: pg.Client, from: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`select count(*)::int as count from ${from}`)
  return rows[0]?.count ?? -1
}
