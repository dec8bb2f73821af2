import { createHash, createHmac } from 'node:crypto'
import * as z from 'zod'
import type { ConfigFile } from './config-files.ts'
import { forms, outlineOf } from './outline/outline.ts'

/** By which digests are made: of this installation's own, so that nobody else can try values against them. */
export const digestKey = 'config-set-digest'

const mac = z.string().regex(/^[0-9a-f]{32}$/)

export const factsSchema = z.object({
  version: z.literal(1),
  /** By which the key of the digests is known again. */
  key: z.string(),
  counts: z.object({ files: z.number(), bytes: z.number() }),
  files: z
    .array(
      z.object({
        /** As the config names it. */
        path: z.string(),
        /** In the archive. */
        name: z.string(),
        bytes: z.number().int().nonnegative(),
        mode: z.number().int(),
        form: z.enum(forms),
        content: mac,
        /** Digests of the values, by their names. */
        values: z.record(z.string(), mac),
        /** Digests of the lines, where there are no names. */
        lines: z.array(mac).readonly(),
      }),
    )
    .max(1000)
    .readonly(),
})
/** What a set of configs holds, without any of its values. */
export type ConfigFacts = z.output<typeof factsSchema>
export type FileFacts = ConfigFacts['files'][number]

export async function factsOf(files: readonly ConfigFile[], key: string): Promise<ConfigFacts> {
  const counts = { files: files.length, bytes: files.reduce((sum, { content }) => sum + content.length, 0) }
  const told: FileFacts[] = []
  for (const file of files) told.push(await fileFacts(file, key))
  return { version: 1, key: keyName(key), counts, files: told }
}

/** The digest of a whole content. */
export function contentMac(key: string, path: string, content: Buffer): string {
  return macOf(key, [path, 'content'], content)
}

export function keyName(key: string): string {
  return createHash('sha256').update(`config key ${key}`).digest('hex').slice(0, 16)
}

async function fileFacts({ path, name, mode, content }: ConfigFile, key: string): Promise<FileFacts> {
  // Bytes that are no text are compared by lines, one character a byte.
  const text = content.toString(Buffer.from(content.toString('utf8')).equals(content) ? 'utf8' : 'latin1')
  const { form, pieces } = await outlineOf(path, text)
  const isNamed = form !== 'lines'
  const values = isNamed ? pieces.map(([piece, value]) => [piece, macOf(key, [path, 'value', piece], value)]) : []
  return {
    ...{ path, name, bytes: content.length, mode, form },
    content: contentMac(key, path, content),
    values: Object.fromEntries(values),
    lines: isNamed ? [] : pieces.slice(0, linesAtMost).map(([, line]) => macOf(key, [path, 'line'], line)),
  }
}

/** A longer file is still compared as a whole. */
const linesAtMost = 5000

/** Equal values in two places have unlike digests: nothing can be told from one about the other. */
function macOf(key: string, place: readonly string[], value: string | Buffer): string {
  return createHmac('sha256', key)
    .update(place.map((part) => `${Buffer.byteLength(part)}:${part}`).join(''))
    .update('\0')
    .update(value)
    .digest('hex')
    .slice(0, 32)
}
