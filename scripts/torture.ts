import { parseArgs } from 'node:util'
import { archiveTorture } from '../test/support/archive-torture.ts'
import { backupTorture } from '../test/support/backup-torture.ts'
import { daemonTorture } from '../test/support/daemon-torture.ts'
import { outboxTorture } from '../test/support/outbox-torture.ts'

/** `npm run torture -- archive|backup|daemon|outbox --runs 200 --seed 1`: prints lost and doubled; ends with 1 when there is any. */
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '200' }, seed: { type: 'string', default: '1' } },
})
const subjects = { archive: archiveTorture, backup: backupTorture, daemon: daemonTorture, outbox: outboxTorture }
const [subject = ''] = positionals
if (!Object.hasOwn(subjects, subject)) {
  console.error(`Write: npm run torture -- ${Object.keys(subjects).join('|')} [--runs N] [--seed S]`)
  process.exit(2)
}
const result = await subjects[subject as keyof typeof subjects]({
  runs: Number(values.runs),
  seed: Number(values.seed),
})
const { lost, doubled, ...counts } = result
for (const one of [...lost, ...doubled].slice(0, 20)) console.error(one)
console.log(
  JSON.stringify({ subject, seed: Number(values.seed), ...counts, lost: lost.length, doubled: doubled.length }),
)
process.exit(lost.length + doubled.length > 0 ? 1 : 0)
