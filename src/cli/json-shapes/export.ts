import * as z from 'zod'

export const exportPrometheusOutput = z.strictObject({
  export: z.strictObject({
    dir: z.string(),
    files: z.array(z.strictObject({ path: z.string(), status: z.enum(['written', 'unchanged', 'kept']) })),
    /** Files of secrets that have no value here. */
    missing: z.array(z.strictObject({ path: z.string(), source: z.string() })),
    /** Rules that Prometheus cannot evaluate. */
    leftOut: z.array(z.strictObject({ system: z.string(), rule: z.string(), text: z.string(), reason: z.string() })),
  }),
})
