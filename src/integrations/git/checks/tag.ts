import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type GitOptions, git } from '../git.ts'
import { gitProblem, problemMessages } from '../problem.ts'

const noTag = message('git.no-tag', {
  en: () => 'no tag leads to this commit: there is no release to go back to by name',
  fr: () => 'aucune étiquette ne mène à ce commit : aucune version nommée où revenir',
})
const noTagRemedy = message('git.no-tag-remedy', {
  en: () => 'git tag v1.0.0 && git push --tags',
  fr: () => 'git tag v1.0.0 && git push --tags',
})
const cutHistory = message('git.history-cut', {
  en: () => 'could not tell: only the newest commits were cloned, and no tag is among them',
  fr: () => "indéterminé : seuls les derniers commits ont été clonés, et aucune étiquette n'y figure",
})
const cutHistoryRemedy = message('git.history-cut-remedy', {
  en: () => 'git fetch --unshallow --tags',
  fr: () => 'git fetch --unshallow --tags',
})
const notUnderstood = message<{ said: string }>('git.tag-not-understood', {
  en: (p) => `could not tell: git describe says "${p.said}"`,
  fr: (p) => `indéterminé : git describe répond « ${p.said} »`,
})
const lastTag = message<{ tag: string; since: number }>('git.last-tag', {
  en: (p, f) =>
    `last tag ${p.tag}, ${f.plural(p.since, { one: `${p.since} commit`, other: `${f.number(p.since)} commits` })} since`,
  fr: (p, f) =>
    `dernière étiquette ${p.tag}, ${f.plural(p.since, { one: `${p.since} commit`, other: `${f.number(p.since)} commits` })} depuis`,
})

/** The last release tag that leads to what is checked out. */
export const tagCheck = defineCheck<GitOptions>()({
  kind: 'git-tag',
  summary: message('git.tag-summary', {
    en: () => 'the last release tag',
    fr: () => 'la dernière étiquette de version',
  }),
  options: z.strictObject({}),
  cadence: 'weekly',
  criticality: 'informative',
  messages: [...problemMessages, noTag, noTagRemedy, cutHistory, cutHistoryRemedy, notUnderstood, lastTag],
  probe: async ({ options }, _, ctx) => ({
    head: await git(options, ['rev-parse', '--verify', 'HEAD'], ctx),
    described: await git(options, ['describe', '--tags', '--long', '--abbrev=9'], ctx),
    shallow: await git(options, ['rev-parse', '--is-shallow-repository'], ctx),
  }),
  judge: ({ head, described, shallow }) => {
    const problem = gitProblem(head)
    if (problem !== undefined) return problem
    if (described.outcome === 'exited' && described.exitCode !== 0 && /No (?:names|tags) /i.test(described.stderr)) {
      if (shallow.stdout.trim() !== 'false') {
        return { status: 'error', reason: cutHistory({}), remedy: cutHistoryRemedy({}) }
      }
      return { status: 'warn', saw: 1, reason: noTag({}), remedy: noTagRemedy({}) }
    }
    const failed = gitProblem(described)
    if (failed !== undefined) return failed
    const said = described.stdout.trim()
    const [, tag, since] = /^(.+)-(\d+)-g[0-9a-f]+$/.exec(said) ?? []
    if (tag === undefined) return { status: 'error', reason: notUnderstood({ said: said.slice(0, 100) }) }
    const reason = lastTag({ tag, since: Number(since) })
    return { status: 'pass', saw: 1, measurements: { commits_since_tag: Number(since) }, reason }
  },
})
