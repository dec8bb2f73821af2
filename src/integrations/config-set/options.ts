import * as z from 'zod'

export const configSetOptions = z.strictObject({
  /** Files that the system is set up by; relative ones from the folder of the config. One that is not there fails the backup. */
  files: z
    .array(
      z.union([
        z.string().min(1),
        z.strictObject({
          path: z.string().min(1),
          /** It need not be there. */
          optional: z.boolean().default(false),
        }),
      ]),
    )
    .default([]),
  /** Vigie's own config, beside which this component is described. */
  own: z.boolean().default(true),
})
export type ConfigSetOptions = z.output<typeof configSetOptions>
