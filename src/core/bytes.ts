import * as z from 'zod'
import { notASize } from './refusals.ts'

const units: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
}

/** `500MB`, `2GiB`, `0B` in whole bytes; undefined when it is not a size, or one that numbers cannot hold. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([kKMGTP]?i?B)$/.exec(text)
  const size = units[match?.[2] ?? '']
  if (match === null || size === undefined) return undefined
  const bytes = Math.round(Number(match[1]) * size)
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** As a config writes it, in the largest unit that leaves nothing over: 500000000 is `500MB`. */
export function writtenBytes(bytes: number): string | number {
  const fitting = Object.entries(units).filter(([unit, size]) => unit !== 'KB' && size > 1 && bytes % size === 0)
  const [unit, size] = fitting.sort(([, a], [, b]) => b - a)[0] ?? ['', 1]
  return bytes === 0 || unit === '' ? bytes : `${bytes / size}${unit}`
}

/** An option that is a size: written `500MB` or as a number of bytes; read as bytes. */
export const bytesSchema = z
  .union([z.string(), z.number().int().nonnegative()], notASize.code)
  .refine((value) => typeof value === 'number' || parseBytes(value) !== undefined, notASize.code)
  .transform((value) => (typeof value === 'number' ? value : (parseBytes(value) ?? 0)))
  .meta({ description: 'a size: bytes, or 500MB, 2GiB' })
