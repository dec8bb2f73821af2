import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { strippedElsewhere } from './stripped-elsewhere.ts'

it('types are taken off in another process, each word stays in its place, and what is no TypeScript is nothing', (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'vigie-strip-'))
  t.after(() => rmSync(dir, { recursive: true }))
  const written = (text: string): string => {
    writeFileSync(join(dir, 'a.ts'), text)
    return join(dir, 'a.ts')
  }
  assert.equal(
    strippedElsewhere(written("const é: string = '→'\nexport default é\n")),
    "const é         = '→'\nexport default é\n",
  )
  assert.equal(strippedElsewhere(written('enum A { b }')), undefined)
  assert.equal(strippedElsewhere(written('const =')), undefined)
  assert.equal(strippedElsewhere(join(dir, 'none.ts')), undefined)
})
