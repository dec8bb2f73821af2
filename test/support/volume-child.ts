import { readFile } from 'node:fs/promises'
import { volumeBackup } from '../../src/integrations/docker/backup.ts'
import { volumeOptions } from '../../src/integrations/docker/options.ts'
import { testContext } from './context.ts'
import { storedAs } from './volume-world.ts'

/** Works on a volume until it is killed: `dump` never finishes, `restore` puts an archive in the place of the volume. */
const spec = JSON.parse(process.argv[2] ?? '')
const { does, name, host, dataDir, archive, options = {} } = spec
const ctx = testContext({ dataDir, timeoutMs: 300_000 })
const backup = volumeBackup(volumeOptions.parse({ name, host, ...options }))
if (does === 'dump') {
  const forever = setInterval(() => undefined, 1000)
  await backup.dump(ctx, 'volume', () => new Promise(() => undefined))
  clearInterval(forever)
} else {
  const stored = storedAs(await readFile(archive), JSON.parse(await readFile(`${archive}.facts`, 'utf8')))
  for (const action of await backup.planRestore(ctx, stored, { over: true, only: [] })) {
    await backup.restore(ctx, stored, action)
  }
}
await ctx.close()
