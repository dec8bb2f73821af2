import { z } from 'zod'

export const hostOptions = z.strictObject({
  /** Mount points to look at beside the ones found, such as a tmpfs that matters. */
  mounts: z.array(z.string().startsWith('/')).default([]),
})
export type HostOptions = z.output<typeof hostOptions>
