import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { aComponent, testContext } from '../../../test/support/context.ts'
import type { AnyCheckKind } from '../../core/check.ts'
import { createFormatter } from '../../core/formatter.ts'
import { createRenderer, messageMap, type Text } from '../../core/message.ts'
import type { Verdict } from '../../core/verdict.ts'
import { hostComponent } from './component.ts'

async function lookAt(kind: AnyCheckKind): Promise<{ verdict: Verdict; evidence: number }> {
  const ctx = testContext()
  const options = kind.options.parse({})
  const sample = await kind.probe(aComponent(hostComponent.options.parse({})), options, ctx)
  await ctx.close()
  return { verdict: kind.judge(sample, options), evidence: ctx.evidence.length }
}

function textsOf(verdict: Verdict): readonly Text[] {
  const findings = 'findings' in verdict ? (verdict.findings ?? []) : []
  const texts = findings.flatMap(({ title, remedy }) => [title, remedy])
  return [verdict.reason, 'remedy' in verdict ? verdict.remedy : undefined, ...texts].filter((one) => one !== undefined)
}

describe('every question about a host', () => {
  for (const kind of hostComponent.checks as readonly AnyCheckKind[]) {
    it(`${kind.kind} is answered on this machine, in both languages, with what was looked at`, async () => {
      const { verdict, evidence } = await lookAt(kind)
      assert.notEqual(verdict.status, 'error')
      if ('saw' in verdict) {
        assert.ok(verdict.saw > 0)
        assert.ok(evidence > 0)
      }
      assert.ok(textsOf(verdict).length > 0)
      for (const locale of ['fr', 'en'] as const) {
        const renderer = createRenderer(messageMap(kind.messages), createFormatter(locale))
        // A text that the kind does not list would show its code.
        for (const text of textsOf(verdict))
          assert.ok(!renderer.render(text).includes(text.code), renderer.render(text))
      }
    })
  }
})
