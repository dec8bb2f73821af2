import * as z from 'zod'
import { defineCheck } from '../../core/check.ts'
import { VigieError } from '../../core/errors.ts'
import { message, type Text } from '../../core/message.ts'
import type { Migration, MigrationState } from '../../core/migrations.ts'
import { type FindingDraft, statusOf } from '../../core/verdict.ts'
import * as texts from './texts.ts'
import { type CodeOptions, listAt, type Tools, textsOf, workplaceOf } from './tools.ts'

/** As far as the judgement needs them. */
export interface MigrationsSample {
  readonly tool: string
  readonly dir: string
  readonly migrations: readonly Pick<Migration, 'id' | 'state'>[]
  readonly heads: readonly string[]
  /** Why nothing could be seen. */
  readonly problem?: { readonly isToolMissing: boolean; readonly reason: Text; readonly remedy: Text | undefined }
}

/** Are all migrations of the code in the database, and is none failed, changed or unknown? */
export function createMigrationsCheck(tools: Tools) {
  return defineCheck<CodeOptions>()({
    kind: 'migrations',
    summary: message('migrations.summary', {
      en: () => 'are the migrations of the code applied, and as they were written?',
      fr: () => 'les migrations du code sont-elles appliquées, et telles qu’elles ont été écrites ?',
    }),
    options: z.strictObject({}),
    cadence: 'daily',
    timeoutMs: 60_000,
    appliesTo: ({ migrations }) => migrations !== undefined,
    messages: textsOf(tools),
    probe: async (component, _, ctx): Promise<MigrationsSample> => {
      const place = await workplaceOf(component, tools, ctx)
      const about = { tool: place.kind.kind, dir: place.site.dir }
      try {
        const { migrations, heads } = await listAt(place, ctx, true)
        return { ...about, migrations: migrations.map(({ id, state }) => ({ id, state })), heads }
      } catch (error) {
        if (!(error instanceof VigieError)) throw error
        const problem = { isToolMissing: error.code === 'tool-missing', reason: error.text, remedy: error.hint }
        return { ...about, migrations: [], heads: [], problem }
      }
    },
    judge: ({ tool, dir, migrations, heads, problem }) => {
      if (problem !== undefined) {
        const { isToolMissing, reason, remedy } = problem
        const told = { reason, ...(remedy && { remedy }) }
        return isToolMissing ? { status: 'skipped', because: 'missing-tool', ...told } : { status: 'error', ...told }
      }
      if (migrations.length === 0)
        return { status: 'error', reason: texts.noMigrations({ tool, dir }), remedy: texts.noMigrationsRemedy({}) }
      const of = (state: MigrationState): string[] =>
        migrations.filter((one) => one.state === state).map(({ id }) => id)
      const pending = of('pending')
      const [failed, drifted, unknown] = [of('failed'), of('drifted'), of('unknown')]
      const saw = migrations.length
      const measurements = {
        pending_count: pending.length,
        failed_count: failed.length,
        drifted_count: drifted.length,
        unknown_count: unknown.length,
      }
      const findings: FindingDraft[] = [
        ...failed.map((id) => bad(`failed ${id}`, texts.failedTitle({ id }), texts.failedRemedy({}))),
        ...drifted.map((id) => bad(`drifted ${id}`, texts.driftedTitle({ id }), texts.driftedRemedy({}))),
        ...unknown.map((id) => bad(`unknown ${id}`, texts.unknownTitle({ id }), texts.unknownRemedy({}))),
        ...(heads.length > 1
          ? [bad('heads', texts.headsTitle({ count: heads.length, names: heads }), texts.headsRemedy({}))]
          : []),
        ...(pending.length > 0
          ? [
              {
                subject: 'pending',
                severity: 'medium' as const,
                title: texts.pendingTitle({ count: pending.length, names: pending }),
                remedy: texts.pendingRemedy({}),
              },
            ]
          : []),
      ]
      if (findings.length === 0) {
        const head = migrations.at(-1)?.id ?? ''
        return { status: 'pass', saw, measurements, reason: texts.allApplied({ count: saw, head }) }
      }
      const reason = texts.notRight({
        ...{ pending: pending.length, failed: failed.length, drifted: drifted.length },
        ...{ unknown: unknown.length, heads: heads.length },
      })
      return { status: statusOf(findings), saw, measurements, reason, findings }
    },
  })
}

function bad(subject: string, title: Text, remedy: Text): FindingDraft {
  return { subject, severity: 'high', title, remedy }
}
