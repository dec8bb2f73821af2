import { everyChannelKind, everyKind } from '../../../catalog.ts'
import { configSchema } from '../../../config/config-schema.ts'
import type { Command } from '../../command.ts'

/** The JSON schema of `vigie.config.yaml` and `.json`, for editors. */
export const configSchemaCommand: Command = {
  texts: [],
  run: async ({ output }) => {
    output.json(configSchema(await everyKind(), await everyChannelKind()))
    return 0
  },
}
