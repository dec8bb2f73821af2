import type * as z from 'zod'
import type { AnyCheckKind } from '../../core/check.ts'
import type { Abilities, ComponentKind } from '../../core/component.ts'
import type { AnyTaskKind } from '../../core/task.ts'
import { createMigrationsCheck } from './check.ts'
import { createCreateTask } from './tasks/create.ts'
import { createMigrateTask } from './tasks/migrate.ts'
import { createRevertTask } from './tasks/revert.ts'
import { type CodeOptions, listAt, type Tools, textsOf, workplaceOf } from './tools.ts'

/** The steps that every component gets whose code has migrations; made once, so that all have the same. */
export function migrationSteps(tools: Tools) {
  return {
    tools,
    check: createMigrationsCheck(tools),
    tasks: [createMigrateTask(tools), createRevertTask(tools), createCreateTask(tools)] as const,
  }
}

/** A component kind that lies in a folder, with the option `migrations` and what goes with it. */
export function holdingCode<Schema extends z.ZodType>(
  schema: Schema,
  { tools, check, tasks }: ReturnType<typeof migrationSteps>,
) {
  return <
    Kind extends string,
    Shape extends { path: z.ZodType },
    Checks extends readonly AnyCheckKind[],
    Tasks extends readonly AnyTaskKind[],
  >(
    kind: ComponentKind<z.ZodObject<Shape, z.core.$strict>, Kind, Checks, Tasks, readonly []>,
  ) => {
    // The schema of the whole gives more than the kind asks for.
    const abilitiesOf = (options: unknown): Abilities => {
      const own = kind.abilities?.(options as z.output<typeof kind.options>) ?? {}
      const code = options as CodeOptions
      if (code.migrations === undefined) return own
      return {
        ...own,
        migrations: {
          status: async (ctx) => {
            const place = await workplaceOf({ options: code }, tools, ctx)
            const list = await listAt(place, ctx, false)
            return { ...list, repairs: (await place.tool.repairs?.(place.site, ctx)) ?? [] }
          },
        },
      }
    }
    return {
      ...kind,
      options: kind.options.extend({ migrations: schema.optional() }),
      checks: [...kind.checks, check] as const,
      tasks: [...kind.tasks, ...tasks] as const,
      abilities: abilitiesOf,
      messages: [...(kind.messages ?? []), ...textsOf(tools)],
    }
  }
}
