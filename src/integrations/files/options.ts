import * as z from 'zod'

export const filesOptions = z.strictObject({
  path: z.string().min(1),
  /**
   * What is mounted below the folder, bind mounts too: `include` lets the checks look into it; `leave out` lets them say
   * that they did not. The cleaning never goes there: what is mounted was declared elsewhere, or is to be.
   */
  otherFileSystems: z.enum(['include', 'leave out']).default('include'),
  /** How backups copy the tree; all of it without this. Globs are from the root of the tree. */
  backup: z
    .strictObject({
      /** What is not copied; of a folder nothing is. */
      exclude: z.array(z.string().min(1)).default([]),
      /** Leave out what is mounted below the folder. Default: as `otherFileSystems` says. */
      oneFileSystem: z.boolean().optional(),
      /** What may be left out, and is named, when it cannot be read. All else that cannot be read fails the backup. */
      allowUnreadable: z.array(z.string().min(1)).default([]),
      /**
       * What may be written to while it is read, such as logs; `true`: everything. All else that changes under the backup
       * fails it: a copy half old and half new is none. What vanishes meanwhile is always told, and never a failure.
       */
      live: z.union([z.boolean(), z.array(z.string().min(1))]).default([]),
      /** The tree may hold no file at all. Without it an empty folder fails the backup: its volume may not be mounted. */
      mayBeEmpty: z.boolean().default(false),
    })
    .optional(),
})
export type FilesOptions = z.output<typeof filesOptions>
