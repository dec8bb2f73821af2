import assert from 'node:assert/strict'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { AnyCheckKind } from '../../src/core/check.ts'
import type { HistoryPoint } from '../../src/core/context.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer, locales, messageMap, type Text } from '../../src/core/message.ts'
import type { FindingDraft, Verdict } from '../../src/core/verdict.ts'
import { postgresComponent } from '../../src/integrations/postgres/component.ts'
import { aComponent, testContext } from './context.ts'

export interface Look {
  readonly verdict: Verdict
  readonly findings: readonly FindingDraft[]
  readonly subjects: readonly string[]
  /** Reason, remedies and titles in both languages. */
  readonly texts: string
  readonly evidence: string
}

/** A client for planting faults; errors of a connection that the test ends are its end. */
export async function connect(url: string, application = 'planter'): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: application })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export function checkOf(kind: string): AnyCheckKind {
  const check = postgresComponent.checks.find((one) => one.kind === kind)
  assert.ok(check, `no check ${kind}`)
  return check
}

/** The kinds of a component that says no more than where its database is. */
export function kindsByDefault(): readonly string[] {
  const options = postgresComponent.options.parse({ url: 'postgres://localhost/shop' })
  const all: readonly AnyCheckKind[] = postgresComponent.checks
  return all.filter(({ appliesTo }) => appliesTo?.(options) !== false).map(({ kind }) => kind)
}

/**
 * Looks and judges as the engine does, and proves that every text given is declared and renders in both languages, and
 * that whatever is wrong or could not be told has a next step.
 */
export async function lookAt(
  kind: string,
  url: string,
  options: Readonly<Record<string, unknown>> = {},
  points: Readonly<Record<string, readonly HistoryPoint[]>> = {},
  declared: Readonly<Record<string, unknown>> = {},
): Promise<Look> {
  const check = checkOf(kind)
  const ctx = testContext({ points })
  try {
    const component = aComponent(postgresComponent.options.parse({ url, ...declared }))
    const parsed = check.options.parse(options)
    const verdict = check.judge(await check.probe(component, parsed, ctx), parsed)
    const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
    if (verdict.status !== 'pass') {
      const steps = findings.length > 0 ? findings : [verdict]
      for (const one of steps) assert.ok(one.remedy, `${kind}: no next step: ${JSON.stringify(one)}`)
    }
    return {
      verdict,
      findings,
      subjects: findings.map(({ subject }) => subject).toSorted(),
      texts: textsOf(check, verdict, findings),
      evidence: JSON.stringify(ctx.evidence),
    }
  } finally {
    await ctx.close()
  }
}

function textsOf(check: AnyCheckKind, verdict: Verdict, findings: readonly FindingDraft[]): string {
  const all: Text[] = [verdict, ...findings].flatMap((one) =>
    [
      'reason' in one ? one.reason : undefined,
      'title' in one ? one.title : undefined,
      'remedy' in one ? one.remedy : undefined,
    ].filter((text) => text !== undefined),
  )
  const known = messageMap(check.messages)
  for (const { code } of all) assert.ok(known.has(code), `${check.kind} gives ${code} and does not declare it`)
  const rendered = locales.flatMap((locale) => {
    const renderer = createRenderer(known, createFormatter(locale))
    return all.map((text) => renderer.render(text))
  })
  for (const line of rendered) assert.doesNotMatch(line, /undefined|NaN|\[object/)
  return rendered.join('\n')
}

/** Waits until a query has a row. */
export async function until(client: pg.Client, sql: string, limitMs = 10_000): Promise<void> {
  const deadline = performance.now() + limitMs
  while ((await client.query(sql)).rows.length === 0) {
    if (performance.now() > deadline) throw new Error(`never came true: ${sql}`)
    await wait(20)
  }
}
