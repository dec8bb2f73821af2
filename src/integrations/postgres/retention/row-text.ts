import { quoted } from '../identifier.ts'
import type { SubjectColumn } from './subject.ts'

/** A row has one text, times without a zone are those of UTC, and what is committed lasts. */
export const plainTexts = `
  set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set intervalstyle = 'postgres'; set extra_float_digits = 1;
  set bytea_output = 'hex'; set synchronous_commit = on`

/** Columns by name, in double quotes. */
export function columnList(columns: readonly SubjectColumn[], prefix = ''): string {
  return columns.map(({ name }) => `${prefix}${quoted(name)}`).join(', ')
}

/** Count and checksum of all rows of a relation: the sum of the first 64 bits of the MD5 of each row's text. */
export function checksumOf(relation: string, columns: readonly SubjectColumn[]): string {
  const hash = `('x' || left(md5(row(${columnList(columns)})::text), 16))::bit(64)::bigint`
  return `select count(*)::float8 as count, coalesce(sum(${hash}::numeric), 0)::text as checksum from ${relation}`
}
