import { resolve } from 'node:path'
import type { Component } from '../../core/check.ts'
import type { StepContext } from '../../core/context.ts'
import type { AnyMessage } from '../../core/message.ts'
import type { AnyMigrationToolKind, MigrationList, MigrationSite, MigrationTool } from '../../core/migrations.ts'
import { sqlSessionMessages } from '../../platform/sql-session.ts'
import { toolAnswerMessages } from '../../platform/tool-answer.ts'
import { toolCommandMessages } from '../../platform/tool-command.ts'
import { remembered } from './remembered.ts'
import { migrationTexts } from './texts.ts'

/** The options of a component that holds code, as far as migrations care. */
export interface CodeOptions {
  readonly path: string
  readonly migrations?:
    | { readonly kind: string; readonly cwd: string; readonly database?: string | undefined }
    | undefined
}

/** A tool with the place where it works. */
export interface Workplace {
  readonly kind: AnyMigrationToolKind
  // biome-ignore lint/suspicious/noExplicitAny: its options were validated by the schema of its own kind.
  readonly tool: MigrationTool<any>
  readonly site: MigrationSite<NonNullable<CodeOptions['migrations']>>
}

export type Tools = readonly AnyMigrationToolKind[]

/** Every text that a migration step can give: its own, and those of the tools. */
export function textsOf(tools: Tools): readonly AnyMessage[] {
  const ofTools = tools.flatMap(({ summary, messages }) => [summary, ...messages])
  return [...migrationTexts, ...toolCommandMessages, ...toolAnswerMessages, ...sqlSessionMessages, ...ofTools]
}

const snapshotName = 'migrations'
/** The newest is never thinned out: ten years say no more than "whenever it was". */
const rememberedMs = 10 * 366 * 86_400_000

/** Loads the tool of a component. Throws when the config names none: its schema lets no other through. */
export async function workplaceOf(
  { options }: Pick<Component<CodeOptions>, 'options'>,
  tools: Tools,
  ctx: Pick<StepContext, 'baseDir'>,
): Promise<Workplace> {
  const { path, migrations } = options
  const kind = tools.find((one) => one.kind === migrations?.kind)
  if (kind === undefined || migrations === undefined)
    throw new Error(`no migration tool ${migrations?.kind ?? 'at all'}`)
  return {
    kind,
    tool: await kind.load(),
    site: { dir: resolve(ctx.baseDir, path, migrations.cwd), options: migrations },
  }
}

/**
 * The migrations as the tool tells them; what was changed since an earlier look saw it applied is drifted, where the tool
 * does not keep that itself. `keep` says whether this look is remembered.
 */
export async function listAt({ tool, site }: Workplace, ctx: StepContext, keep: boolean): Promise<MigrationList> {
  const list = await tool.list(site, ctx)
  const [newest] = (await ctx.snapshots.times(snapshotName, rememberedMs)).toReversed()
  const before = newest === undefined ? undefined : await ctx.snapshots.read(snapshotName, newest)
  const { migrations, kept, isNew } = remembered(list.migrations, before)
  if (keep && isNew) await ctx.snapshots.keep(snapshotName, kept)
  return { ...list, migrations }
}
