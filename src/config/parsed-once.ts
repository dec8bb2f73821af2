import type { z } from 'zod'

/**
 * How a config is parsed: compiling each schema first pays for thousands of values, and a config has one of most. What is
 * refused tells its type.
 */
export const parsedOnce: z.core.ParseContext<z.core.$ZodIssue> = { jitless: true, reportInput: true }
