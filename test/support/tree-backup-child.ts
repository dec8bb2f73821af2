import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BackupError } from '../../src/core/backup.ts'
import { treeBackup } from '../../src/integrations/files/backup/tree-backup.ts'
import { filesOptions } from '../../src/integrations/files/options.ts'
import { testContext } from './context.ts'
import { dumped, storedAs } from './tree-backup.ts'

/** Backs up a tree and brings it back beside, as whoever runs this; says what came of it. */
const [root = '', ...allowUnreadable] = process.argv.slice(2)
const ability = treeBackup(filesOptions.parse({ path: root, backup: { allowUnreadable } }))
const ctx = testContext({ timeoutMs: 120_000, baseDir: dirname(root), dataDir: join(dirname(root), '.vigie') })
try {
  const survey = await ability.survey(ctx)
  const notes = survey.notes.map(({ code, params }) => [code, params['examples']])
  const { archive, dump } = await dumped(ability, ctx).catch((error: unknown) => {
    if (!(error instanceof BackupError)) throw error
    process.stdout.write(JSON.stringify({ notes, failure: error.text.code, examples: error.text.params['examples'] }))
    process.exit(0)
  })
  const stored = storedAs(archive, dump.facts)
  const rehearsal = await ability.rehearse(ctx, stored, dirname(root))
  const wrong = (await rehearsal.assertions([])).filter(({ status }) => status === 'fail').map(({ name }) => name)
  await rehearsal.end()
  const [action] = await ability.planRestore(ctx, stored, { over: false, only: [] })
  const outcome = action && (await ability.restore(ctx, stored, action))
  const restored = action?.target ?? ''
  process.stdout.write(
    JSON.stringify({
      ...{ notes, wrong, keepsOwners: action?.summary.params['keepsOwners'], status: outcome?.status },
      ...{ left: readdirSync(dirname(root)).toSorted(), unreadable: dump.facts['unreadable'] },
      owner: statSync(join(restored, 'mine')).uid,
      names: readdirSync(restored),
    }),
  )
} finally {
  await ctx.close()
}
