/** Between rows and values: JSON texts, ISO times, NULL and undefined. */
export const json = (value: unknown): string => JSON.stringify(value)
export const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value))
export const parsed = <T>(text: string): T => JSON.parse(text) as T
export const parsedOr = <T>(text: string | null): T | undefined => (text === null ? undefined : (JSON.parse(text) as T))
export const iso = (date: Date): string => date.toISOString()
export const isoOrNull = (date: Date | undefined): string | null => date?.toISOString() ?? null
export const date = (text: string): Date => new Date(text)
export const dateOr = (text: string | null): Date | undefined => (text === null ? undefined : new Date(text))
export const orUndefined = <T>(value: T | null): T | undefined => value ?? undefined
export const orNull = <T>(value: T | undefined): T | null => value ?? null
