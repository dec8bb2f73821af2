import type { z } from 'zod'
import type { System } from './system.ts'
import { systemSchema } from './system-schema.ts'

/** What somebody wrote for one part of a system, and the schema that says what it means. */
export interface DescribedOptions {
  readonly options: unknown
  readonly schema: z.ZodType
}

/** Of every part of a system in which a secret may stand. */
export function describedOptions(system: System): readonly DescribedOptions[] {
  const { components, steps, collectors, channels } = system
  const ofKinds = [...components, ...steps.values(), ...collectors.values(), ...channels]
  const { store, heartbeats, deadman } = system.settings
  return [
    ...ofKinds.map(({ options, kind }) => ({ options, schema: kind.options })),
    { options: { store, heartbeats, deadman }, schema: systemSchema },
  ]
}
