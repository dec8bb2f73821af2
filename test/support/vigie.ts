import { start } from '../../src/cli/start.ts'

await start()
