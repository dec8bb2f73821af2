import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { askTool, lockLimit } from '../../platform/tool-answer.ts'
import type { DjangoOptions } from './options.ts'
import { djangoScript } from './script.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<DjangoOptions>

const repairName = 'fake-initial'

const listAnswer = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      applied: z.boolean(),
      digest: z.string(),
      at: z.string().nullable(),
      /** The order in which they were applied. */
      turn: z.number().nullable(),
    }),
  ),
  lost: z.array(z.string()),
  old: z.array(z.string()),
  heads: z.array(z.string()),
})
const sqlAnswer = z.union([z.object({ sql: z.string(), python: z.string() }), z.object({ none: z.string() })])
const idsAnswer = z.object({ ids: z.array(z.string()) })
const filesAnswer = z.object({ files: z.array(z.string()) })
const done = z.object({})

export const djangoTool: MigrationTool<DjangoOptions> = {
  canStopAt: true,
  canAuto: true,
  list: async (site, ctx) => listOf(await ask(site, ctx, listAnswer, 'list')),
  pendingSql: async (site, id, ctx) => {
    const answer = await ask(site, ctx, sqlAnswer, 'sql', { id })
    if ('none' in answer) return { ok: false, reason: texts.noSql({ detail: answer.none }) }
    const { sql, python } = answer
    return { ok: true, sql, ...(python !== '' && { beyond: texts.runsPython({ detail: python }) }) }
  },
  apply: async (site, id, ctx) => void (await ask(site, ctx, done, 'apply', { id })),
  revert: async (site, id, ctx) => void (await ask(site, ctx, done, 'revert', { id })),
  revertible: async (site, steps, ctx) => {
    const { rows } = await ask(site, ctx, listAnswer, 'list')
    return rows
      .filter(({ applied, turn }) => applied && turn !== null)
      .toSorted((a, b) => (b.turn ?? 0) - (a.turn ?? 0))
      .slice(0, steps)
      .map(migrationOf)
  },
  create: async (site, { name, isAuto }, ctx) => {
    const { app } = site.options
    if (!isAuto && app === undefined)
      throw new VigieError('usage', texts.needsApp({}), { hint: texts.needsAppHint({}) })
    const slug = name.toLowerCase().replaceAll(/[ -]+/g, '_')
    return (await ask(site, ctx, filesAnswer, 'create', { name: slug, auto: isAuto, app: app ?? '' })).files
  },
  repairs: async (site, ctx) => {
    const { ids } = await ask(site, ctx, idsAnswer, 'soft')
    if (ids.length === 0) return []
    return [{ name: repairName, migrations: ids, why: texts.fakeInitial({ names: ids.join(', ') }) }]
  },
  repair: async (site, name, ctx) => {
    const { ids } = await ask(site, ctx, idsAnswer, 'soft')
    await ask(site, ctx, done, name, { ids })
  },
}

export function listOf({ rows, lost, old, heads }: z.output<typeof listAnswer>): MigrationList {
  const unknown = lost.map((id): Migration => ({ id, name: '', state: 'unknown', detail: texts.notInCode({}) }))
  const notes = old.length === 0 ? [] : [texts.oldApps({ names: old.join(', ') })]
  return { migrations: [...rows.map(migrationOf), ...unknown], heads, notes }
}

function migrationOf({ id, applied, digest, at }: z.output<typeof listAnswer>['rows'][number]): Migration {
  const state = applied ? 'applied' : 'pending'
  return { id, name: '', state, fingerprint: digest, ...(at !== null && { appliedAt: new Date(at).toISOString() }) }
}

function ask<T>(
  site: Site,
  ctx: StepContext,
  shape: z.ZodType<T>,
  verb: string,
  args: Readonly<Record<string, string | boolean | readonly string[]>> = {},
): Promise<T> {
  const { python, manage, lockTimeout } = site.options
  const question = {
    tool: 'Django',
    install: 'pip install django',
    argv: [python, manage, 'shell', '-c', djangoScript(verb, args)] as const,
    verb,
    env: lockLimit(verb === 'apply' || verb === 'revert' ? lockTimeout : 0),
  }
  return askTool(site, question, shape, ctx)
}
