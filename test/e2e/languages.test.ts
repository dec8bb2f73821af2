import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { vigie } from '../support/cli.ts'
import { scratchSystem } from '../support/scratch-system.ts'

const french = scratchSystem(
  'name: F\nlocale: fr\ncomponents:\n  a: { kind: tcp, host: 127.0.0.1, port: 1 }\n',
  'vigie.config.yaml',
)
after(() => french.remove())
const options = { cwd: french.dir, env: { LANG: 'C' } }

describe('an error of a command whose system is loaded', () => {
  for (const [words, told] of [
    [['findings', 'accept', 'zz'], /Jusqu'à quand, et pourquoi/],
    [['findings', 'assign', 'zz'], /À qui \?|À qui\u00a0\?/],
    [['findings', 'show', 'zz'], /Le constat zz n'existe pas/],
    [['findings', 'list', '--state', 'x'], /n'est pas l'un de/],
    [['sign', 'x'], /Qui signe/],
    [['run', 'nothing'], /Aucune routine, aucun composant/],
    [['approve', 'abcd'], /Le plan abcd n'existe pas/],
  ] as const) {
    it(`is told in the language of the system: vigie ${words.join(' ')}`, async () => {
      const got = await vigie(words, options)
      assert.equal(got.code, 2, got.stderr)
      assert.match(got.stderr, told)
      assert.doesNotMatch((await vigie([...words, '--locale', 'en'], options)).stderr, told)
    })
  }

  it('is told in it when its config has problems, also by doctor', async () => {
    const broken = scratchSystem(
      'name: F\nlocale: fr\ncomponents:\n  a: { kind: git, remote: "-x" }\n  b: { kind: tcp, port: x }\n',
      'vigie.config.yaml',
    )
    for (const words of [['status'], ['doctor'], ['status', '--json']]) {
      const got = await vigie(words, { cwd: broken.dir, env: { LANG: 'C' } })
      const said = (got.stdout + got.stderr).replaceAll(/\s+/g, ' ')
      for (const text of [/contient 3 problèmes/, /n'est pas le nom d'un dépôt distant/, /manque : écrivez un texte/])
        assert.match(said, text)
    }
    broken.remove()
  })
})

describe('a command line that cannot be read', () => {
  it('is refused in our own words in both languages, not in those of the parser', async () => {
    for (const [words, en, fr] of [
      [['status', '--jsom'], /There is no option --jsom/, /L'option --jsom n'existe pas/],
      [['status', '--json=1'], /--json takes no value/, /--json ne prend pas de valeur/],
      [['runs', 'show', 'x', '--step'], /--step needs a value: --step STEP/, /--step attend une valeur/],
      [['runs', 'show', 'x', '--step', '-q'], /--step needs a value/, /--step attend une valeur/],
      [['run', 'x', '-z'], /There is no option -z/, /L'option -z n'existe pas/],
      [['--frobnicate'], /There is no option --frobnicate/, /L'option --frobnicate n'existe pas/],
    ] as const) {
      const [inEnglish, inFrench] = await Promise.all([vigie(words), vigie([...words, '--locale=fr'])])
      assert.equal(inEnglish.code, 2)
      assert.match(inEnglish.stderr, en)
      assert.equal(inFrench.code, 2)
      assert.match(inFrench.stderr, fr)
    }
  })
})
