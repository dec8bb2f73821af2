import * as z from 'zod'

export const filesOptions = z.strictObject({
  path: z.string().min(1),
  /**
   * What is mounted below the folder, bind mounts too: `include` lets the checks look into it; `leave out` lets them say
   * that they did not. The cleaning never goes there: what is mounted was declared elsewhere, or is to be.
   */
  otherFileSystems: z.enum(['include', 'leave out']).default('include'),
})
export type FilesOptions = z.output<typeof filesOptions>
