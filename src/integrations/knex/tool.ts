import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { askTool, lockLimit } from '../../platform/tool-answer.ts'
import type { KnexOptions } from './options.ts'
import { knexScript } from './script.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<KnexOptions>

const listAnswer = z.object({
  /** The files, in the order in which Knex applies them. */
  rows: z.array(z.object({ id: z.string(), digest: z.string() })),
  done: z.array(z.object({ id: z.string(), turn: z.number(), at: z.string().nullable() })),
  locked: z.boolean(),
})

export const knexTool: MigrationTool<KnexOptions> = {
  canStopAt: true,
  canAuto: false,
  list: async (site, ctx) => listOf(await ask(site, ctx, listAnswer, 'list')),
  pendingSql: async (_, id) => ({ ok: false, reason: texts.noSql({ detail: id }) }),
  apply: async (site, id, ctx) => void (await ask(site, ctx, z.object({}), 'apply', id)),
  revert: async (site, id, ctx) => void (await ask(site, ctx, z.object({}), 'revert', id)),
  revertible: async (site, steps, ctx) => {
    const answer = await ask(site, ctx, listAnswer, 'list')
    const { migrations } = listOf(answer)
    const last = answer.done.toSorted((a, b) => b.turn - a.turn).slice(0, steps)
    return last.flatMap(({ id }) => migrations.filter((one) => one.id === id))
  },
  create: async (site, { name }, ctx) =>
    (await ask(site, ctx, z.object({ files: z.array(z.string()) }), 'create', name.replaceAll(/[ -]+/g, '_'))).files,
}

export function listOf({ rows, done, locked }: z.output<typeof listAnswer>): MigrationList {
  const known = new Map(done.map((one) => [one.id, one]))
  const files = rows.map(({ id, digest }): Migration => {
    const row = known.get(id)
    const one = { id, name: '', fingerprint: digest }
    return row === undefined ? { ...one, state: 'pending' } : { ...one, state: 'applied', ...timeOf(row.at) }
  })
  const there = new Set(rows.map(({ id }) => id))
  const lost = done
    .filter(({ id }) => !there.has(id))
    .map(({ id, at }): Migration => ({ id, name: '', state: 'unknown', ...timeOf(at), detail: texts.notInCode({}) }))
  return { migrations: [...files, ...lost], heads: [], notes: locked ? [texts.isLocked({})] : [] }
}

function timeOf(at: string | null): { appliedAt?: string } {
  return at === null ? {} : { appliedAt: at }
}

function ask<T>(site: Site, ctx: StepContext, shape: z.ZodType<T>, verb: string, argument = ''): Promise<T> {
  const { node, knexfile, lockTimeout } = site.options
  const question = {
    tool: 'Knex',
    install: 'npm install knex',
    argv: [node, '-e', knexScript, '--', knexfile, verb, argument] as const,
    verb,
    env: lockLimit(verb === 'list' ? 0 : lockTimeout),
  }
  return askTool(site, question, shape, ctx)
}
