import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { z } from 'zod'
import { VigieError } from '../../../../core/errors.ts'
import { message } from '../../../../core/message.ts'
import { nothingKnown, reviewSql } from '../../../../data/migrations/review/review-sql.ts'
import { type Warning, warningWords } from '../../../../data/migrations/review/warning.ts'
import type { Command, CommandContext } from '../../../command.ts'
import type { dbMigrationsReviewOutput } from '../../../json-shapes/db-migrations.ts'

const unreadable = message<{ file: string; detail: string }>('cli.migrations-unreadable', {
  en: (p) => `The file ${p.file} cannot be read: ${p.detail}`,
  fr: (p) => `Le fichier ${p.file} est illisible : ${p.detail}`,
})
const nothingAgainst = message<{ migration: string }>('cli.migrations-nothing', {
  en: (p) => `${p.migration}: no rule has anything against it.`,
  fr: (p) => `${p.migration} : aucune règle n'a rien contre elle.`,
})
const warned = message<{ migration: string; text: string }>('cli.migrations-warned', {
  en: (p) => `${p.migration}: ${p.text}`,
  fr: (p) => `${p.migration} : ${p.text}`,
})

/** What the SQL of files locks, rewrites or loses; every table is taken as large. Exit 1 when there is something to say. */
export const dbMigrationsReviewCommand: Command = {
  texts: [unreadable, nothingAgainst, warned],
  showsStoredTexts: false,
  run: async (context, { positionals }) => {
    const { output } = context
    await context.adopt([])
    const found: { readonly migration: string; readonly warnings: readonly Warning[] }[] = []
    for (const file of positionals) {
      found.push({ migration: file, warnings: await reviewSql(await textOf(context, file), nothingKnown) })
    }
    const words = (one: Warning): string => warningWords(one, output.format)
    if (output.settings.isJson) {
      const body: z.infer<typeof dbMigrationsReviewOutput> = {
        warnings: found.flatMap(({ migration, warnings }) =>
          warnings.map((one) => ({ migration, code: one.code, table: one.table, bytes: one.bytes, text: words(one) })),
        ),
      }
      output.json(body)
    } else {
      for (const { migration, warnings } of found) {
        if (warnings.length === 0) output.line(output.text(nothingAgainst({ migration })))
        for (const one of warnings) output.line(output.text(warned({ migration, text: words(one) })))
      }
    }
    return found.some(({ warnings }) => warnings.length > 0) ? 1 : 0
  },
}

function textOf({ cwd }: CommandContext, file: string): Promise<string> {
  return readFile(resolve(cwd, file), 'utf8').catch((cause: unknown) => {
    const detail = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new VigieError('usage', unreadable({ file, detail }), { cause })
  })
}
