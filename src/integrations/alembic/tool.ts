import * as z from 'zod'
import type { StepContext } from '../../core/context.ts'
import { VigieError } from '../../core/errors.ts'
import type { Migration, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { askTool, lockLimit } from '../../platform/tool-answer.ts'
import type { AlembicOptions } from './options.ts'
import { alembicScript } from './script.ts'
import * as texts from './texts.ts'

type Site = MigrationSite<AlembicOptions>

const listAnswer = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      /** What it rests on, dependencies included. */
      downs: z.array(z.string()),
      /** What comes right before it: several of a merge. */
      parents: z.array(z.string()),
      digest: z.string(),
    }),
  ),
  heads: z.array(z.string()),
  current: z.array(z.string()),
})
export type AlembicList = z.output<typeof listAnswer>
const sqlAnswer = z.union([
  z.object({ sql: z.string() }),
  z.object({ merge: z.literal(true) }),
  z.object({ offline: z.string() }),
])
const createAnswer = z.object({ files: z.array(z.string()) })

export const alembicTool: MigrationTool<AlembicOptions> = {
  canStopAt: true,
  canAuto: true,
  list: async (site, ctx) => listOf(await ask(site, ctx, listAnswer, 'list')),
  pendingSql: async (site, id, ctx) => {
    const answer = await ask(site, ctx, sqlAnswer, 'sql', id)
    if ('sql' in answer) return { ok: true, sql: answer.sql }
    return { ok: false, reason: 'merge' in answer ? texts.merges({}) : texts.noOffline({ detail: answer.offline }) }
  },
  apply: async (site, id, ctx) => void (await ask(site, ctx, z.object({}), 'apply', id)),
  revert: async (site, id, ctx) => {
    const { rows, current } = await ask(site, ctx, listAnswer, 'list')
    const parents = rows.find((row) => row.id === id)?.parents ?? []
    // Beside another head, or below a merge, Alembic would take back more than this one.
    if (current.length !== 1 || current[0] !== id || parents.length > 1)
      throw new VigieError('action-refused', texts.branches({ id }), { hint: texts.branchesHint({ id }) })
    await ask(site, ctx, z.object({}), 'revert', parents[0] ?? 'base')
  },
  create: async (site, { name, isAuto }, ctx) =>
    (await ask(site, ctx, createAnswer, 'create', name, isAuto ? 'auto' : '')).files,
}

/** What is applied is what the current revisions of the database rest on. */
export function listOf({ rows, heads, current }: AlembicList): MigrationList {
  const byId = new Map(rows.map((row) => [row.id, row]))
  const applied = new Set<string>()
  const waiting = [...current]
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const row = byId.get(id)
    if (row === undefined || applied.has(id)) continue
    applied.add(id)
    waiting.push(...row.downs)
  }
  const lost = current.filter((id) => !byId.has(id))
  const known = rows.map(({ id, name, digest }): Migration => {
    const one = { id, name, fingerprint: digest }
    if (applied.has(id)) return { ...one, state: 'applied' }
    // What the lost revision rested on may be any of the code.
    return lost.length > 0 ? { ...one, state: 'unknown', detail: texts.unsureBeside({}) } : { ...one, state: 'pending' }
  })
  const unknown = lost.map((id): Migration => ({ id, name: '', state: 'unknown', detail: texts.notInCode({}) }))
  return { migrations: [...known, ...unknown], heads, notes: [] }
}

function ask<T>(site: Site, ctx: StepContext, shape: z.ZodType<T>, verb: string, argument = '', more = ''): Promise<T> {
  const { python, ini, lockTimeout } = site.options
  const question = {
    tool: 'Alembic',
    install: 'pip install alembic',
    argv: [python, '-c', alembicScript, ini, verb, argument, more] as const,
    verb,
    env: lockLimit(verb === 'apply' || verb === 'revert' ? lockTimeout : 0),
  }
  return askTool(site, question, shape, ctx)
}
