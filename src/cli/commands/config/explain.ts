import { componentKinds } from '../../../catalog.ts'
import { explain } from '../../../config/explain.ts'
import { loadSystem } from '../../../config/load-system.ts'
import { readConfig } from '../../../config/read-config.ts'
import { configFiles } from '../../../wire.ts'
import type { Command } from '../../command.ts'
import { table } from '../../table.ts'

/** The whole configuration as it counts, and where each value came from. */
export const configExplainCommand: Command = {
  texts: [],
  run: async ({ output, cwd, flags }, args) => {
    const only = args.positionals[0]
    for (const file of configFiles({ cwd, configs: flags.config })) {
      const system = await loadSystem(file, componentKinds)
      const values = explain(system, await readConfig(file)).filter(
        ({ path }) => only === undefined || path === only || path.startsWith(`${only}.`),
      )
      if (output.settings.isJson) output.json({ values })
      else {
        const rows = values.map(({ path, value, source, detail }) => [
          path,
          JSON.stringify(value),
          `${source}${detail === null ? '' : ` ${detail}`}`,
        ])
        for (const line of table(rows, Number.POSITIVE_INFINITY)) output.line(line)
      }
    }
    return 0
  },
}
