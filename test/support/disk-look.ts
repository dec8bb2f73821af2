import { spawnSync } from 'node:child_process'
import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HistoryPoint } from '../../src/core/context.ts'
import { diskCheck } from '../../src/integrations/host/checks/disk.ts'
import { hostOptions } from '../../src/integrations/host/options.ts'
import { aComponent, testContext } from './context.ts'
import type { DiskLook } from './mount-namespace.ts'

const mountProgram = 'mount'

/** Runs in a mount name space of its own (see mount-namespace.ts): mounts, fills, looks, and prints what was judged. */
const look: DiskLook = JSON.parse(process.argv[2] ?? '')

for (const { directory, options, fillBytes = 0, files = 0 } of look.tmpfs ?? []) {
  mount(['-t', 'tmpfs', '-o', options, 'tmpfs', directory], [])
  if (fillBytes > 0) await writeFile(join(directory, 'filled'), Buffer.alloc(fillBytes, 1))
  for (let index = 0; index < files; index++) await writeFile(join(directory, `file-${index}`), '')
}
for (const [from, to] of look.bind ?? []) mount(['--bind', from, to], [])
// A file system whose program never answers, as a network share whose server is gone.
const silent = await Promise.all(
  (look.silent ?? []).map(async (directory) => {
    const device = await open('/dev/fuse', 'r+')
    mount(
      ['-i', '-t', 'fuse.silent', '-o', 'fd=3,rootmode=40000,user_id=0,group_id=0', 'silent', directory],
      [device.fd],
    )
    return device
  }),
)

const points = Object.fromEntries(
  Object.entries(look.history ?? {}).map(([name, series]): [string, readonly HistoryPoint[]] => [
    name,
    series.map(([daysAgo, value]) => ({ at: new Date(Date.now() - daysAgo * 86_400_000), value })),
  ]),
)
const ctx = testContext({ points })
const options = diskCheck.options.parse(look.checkOptions ?? {})
const sample = await diskCheck.probe(aComponent(hostOptions.parse(look.options)), options, ctx)
process.stdout.write(JSON.stringify({ sample, verdict: diskCheck.judge(sample, options), evidence: ctx.evidence }))
await ctx.close()
for (const device of silent) await device.close()

function mount(args: readonly string[], descriptors: readonly number[]): void {
  const { status, stderr } = spawnSync(mountProgram, args, { stdio: ['ignore', 'ignore', 'pipe', ...descriptors] })
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`)
}
