import { createHash } from 'node:crypto'
import type { StoredComponent, StoredPart } from '../../src/core/backup.ts'
import type { StepContext } from '../../src/core/context.ts'
import { createFormatter } from '../../src/core/formatter.ts'
import { createRenderer, locales, messageMap, type Text } from '../../src/core/message.ts'
import { backupTexts, postgresBackup } from '../../src/integrations/postgres/backup/postgres-backup.ts'
import { postgresComponent } from '../../src/integrations/postgres/component.ts'
import type { PostgresOptions } from '../../src/integrations/postgres/options.ts'
import { postgresTexts } from '../../src/integrations/postgres/texts.ts'

export function postgresOptionsOf(url: string, backup: object = {}): PostgresOptions {
  return postgresComponent.options.parse({ url, backup })
}

export type CopiedDatabase = StoredComponent & { readonly notes: readonly Text[]; readonly hashes: readonly string[] }

/** A backup of a database as the repository would give it back, held in memory. */
export async function copyDatabase(options: PostgresOptions, ctx: StepContext): Promise<CopiedDatabase> {
  const ability = postgresBackup(options)
  const survey = await ability.survey(ctx)
  const parts: StoredPart[] = []
  const notes = [...survey.notes]
  const hashes: string[] = []
  for (const { name, file } of survey.parts) {
    const pieces: Buffer[] = []
    const dumped = await ability.dump(ctx, name, async (piece) => void pieces.push(Buffer.from(piece)))
    notes.push(...dumped.notes)
    const whole = Buffer.concat(pieces)
    hashes.push(createHash('sha256').update(whole).digest('hex'))
    parts.push(partOf(name, file, whole, dumped.facts))
  }
  return { backup: 'b1', at: ctx.clock.now(), component: 'db', parts, notes, hashes }
}

/** Comes in pieces as a repository gives them. */
export function partOf(name: string, file: string, whole: Buffer, facts: StoredPart['facts']): StoredPart {
  return {
    ...{ name, file, bytes: whole.length, facts },
    read: async function* () {
      for (let at = 0; at < whole.length; at += 50_000) yield whole.subarray(at, at + 50_000)
    },
  }
}

/** In both languages, English first; a text that is not declared or not whole throws. */
export function rendered(...texts: readonly Text[]): string {
  const known = messageMap([...backupTexts, ...postgresTexts])
  const lines = locales.toReversed().flatMap((locale) => {
    const renderer = createRenderer(known, createFormatter(locale))
    return texts.map((text) => {
      if (!known.has(text.code)) throw new Error(`${text.code} is not declared`)
      return renderer.render(text)
    })
  })
  const wrong = lines.find((line) => /undefined|NaN|\[object/.test(line))
  if (wrong !== undefined) throw new Error(`not whole: ${wrong}`)
  return lines.join('\n')
}
