import { relative } from 'node:path'
import { shippedKinds } from '../../../catalog.ts'
import { explain } from '../../../config/explain.ts'
import { loadSystem } from '../../../config/load-system.ts'
import { readPlaces } from '../../../config/places/read-places.ts'
import { readConfig } from '../../../config/read-config.ts'
import { configFiles } from '../../../wire.ts'
import type { Command } from '../../command.ts'
import { table } from '../../table.ts'

/** The whole configuration as it counts, and where each value came from. */
export const configExplainCommand: Command = {
  texts: [],
  showsStoredTexts: false,
  run: async ({ output, cwd, flags, adopt }, args) => {
    const only = args.positionals[0]
    for (const file of configFiles({ cwd, configs: flags.config })) {
      const system = await loadSystem(file, shippedKinds)
      await adopt([system])
      const written = await readConfig(file)
      const values = (await explain(system, written, await readPlaces(file, written))).filter(
        ({ path }) => only === undefined || path === only || path.startsWith(`${only}.`),
      )
      if (output.settings.isJson) {
        output.json({
          values: values.map(({ place, ...value }) => ({
            ...value,
            line: place?.line ?? null,
            column: place?.column ?? null,
          })),
        })
        continue
      }
      const rows = values.map(({ path, value, source, detail, place }) => {
        const where = place === null ? '' : `${relative(cwd, file)}:${place.line}`
        const told = source === 'file' ? where || relative(cwd, file) : [detail, where].filter(Boolean).join(', ')
        return [path, `${source} ${told}`.trim(), JSON.stringify(value)]
      })
      for (const line of table(rows, Number.POSITIVE_INFINITY)) output.line(line)
    }
    return 0
  },
}
