import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { it } from 'node:test'
import fc from 'fast-check'
import { shellWord } from './shell-word.ts'

it('a shell word is what the shell reads from it, and plain where it can be', () => {
  assert.equal(shellWord('/srv/app-1.0/data'), '/srv/app-1.0/data')
  assert.equal(shellWord("it's $HOME"), "'it'\\''s $HOME'")
  const text = fc.string().filter((one) => !one.includes('\0'))
  fc.assert(
    fc.property(text, (one) => {
      assert.equal(execFileSync('sh', ['-c', `printf %s ${shellWord(one)}`]).toString('utf8'), one)
    }),
    { numRuns: 30 },
  )
})
