import * as z from 'zod'

export const filesOptions = z.strictObject({ path: z.string().min(1) })
export type FilesOptions = z.output<typeof filesOptions>
