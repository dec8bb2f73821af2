import assert from 'node:assert/strict'
import { VigieError } from '../../src/core/errors.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer, locales, messageMap, type Text } from '../../src/core/message.ts'
import type { Action, ActionOutcome, AnyTaskKind } from '../../src/core/task.ts'
import { postgresComponent } from '../../src/integrations/postgres/component.ts'
import { aComponent, type TestContext, testContext } from './context.ts'

export interface TaskAtWork {
  readonly ctx: TestContext
  plan(): Promise<readonly Action[]>
  execute(action: Action): Promise<ActionOutcome>
  /** What the work is refused with: `code text-code why`, its text and next step in both languages; 'done' when it is not. */
  refusal(work: Promise<unknown>): Promise<string>
  /** In both languages; every text must be declared. */
  told(...texts: readonly (Text | undefined)[]): string
}

/** A task kind of PostgreSQL with options, as the engine uses it. */
export function taskAtWork(
  kind: string,
  component: Readonly<Record<string, unknown>>,
  options: Readonly<Record<string, unknown>> = {},
  ctx: TestContext = testContext({ timeoutMs: 60_000 }),
): TaskAtWork {
  const task: AnyTaskKind | undefined = postgresComponent.tasks.find((one) => one.kind === kind)
  assert.ok(task, `no task ${kind}`)
  const [target, parsed] = [aComponent(postgresComponent.options.parse(component)), task.options.parse(options)]
  const known = messageMap(task.messages)
  const told = (...texts: readonly (Text | undefined)[]): string => {
    const given = texts.filter((text) => text !== undefined)
    for (const { code } of given) assert.ok(known.has(code), `${kind} gives ${code} and does not declare it`)
    const lines = locales.flatMap((locale) => {
      const renderer = createRenderer(known, createFormatter(locale))
      return given.map((text) => renderer.render(text))
    })
    for (const line of lines) assert.doesNotMatch(line, /undefined|NaN|\[object/)
    return lines.join('\n')
  }
  return {
    ctx,
    told,
    plan: async () => {
      const actions = await task.plan(target, parsed, ctx)
      told(...actions.map(({ summary }) => summary))
      return actions
    },
    execute: async (action) => {
      // What is kept of a plan is JSON.
      const kept: Action = { ...action, expected: JSON.parse(JSON.stringify(action.expected)) }
      const outcome = await task.execute(kept, target, parsed, ctx)
      told(outcome.status === 'done' ? outcome.note : outcome.reason)
      return outcome
    },
    refusal: async (work) => {
      try {
        await work
        return 'done'
      } catch (error) {
        if (!(error instanceof VigieError)) throw error
        assert.ok(error.hint, `no next step: ${error.message}`)
        return `${error.code} ${error.text.code} ${error.text.params['why'] ?? ''}\n${told(error.text, error.hint)}`
      }
    },
  }
}
