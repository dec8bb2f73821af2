import * as z from 'zod'

const mountPoint = z.string().startsWith('/')

export const hostOptions = z.strictObject({
  /** Mount points to look at beside the ones found, such as a tmpfs that matters. One that is not mounted is an error. */
  mounts: z.array(mountPoint).default([]),
  /** Mount points to leave out, such as a read-only image that is always full. */
  ignoreMounts: z.array(mountPoint).default([]),
})
export type HostOptions = z.output<typeof hostOptions>
