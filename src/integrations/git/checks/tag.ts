import * as z from 'zod'
import { defineCheck } from '../../../core/check.ts'
import { message } from '../../../core/message.ts'
import { type GitOptions, git, gitMessages, gitProblem } from '../git.ts'

const noTag = message('git.no-tag', {
  en: () => 'no tag leads to this commit: there is no release to go back to by name',
  fr: () => 'aucune étiquette ne mène à ce commit : aucune version nommée où revenir',
})
const noTagRemedy = message('git.no-tag-remedy', {
  en: () => 'git tag v1.0.0 && git push --tags',
  fr: () => 'git tag v1.0.0 && git push --tags',
})
const lastTag = message<{ tag: string; since: number }>('git.last-tag', {
  en: (p, f) => `last tag ${p.tag}, ${f.plural(p.since, { one: '1 commit', other: `${p.since} commits` })} since`,
  fr: (p, f) =>
    `dernière étiquette ${p.tag}, ${f.plural(p.since, { one: '1 commit', other: `${p.since} commits` })} depuis`,
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
  messages: [...gitMessages, noTag, noTagRemedy, lastTag],
  probe: async ({ options }, _, ctx) => ({
    head: await git(options, ['rev-parse', 'HEAD'], ctx),
    described: await git(options, ['describe', '--tags', '--long', '--abbrev=9'], ctx),
  }),
  judge: ({ head, described }) => {
    const problem = gitProblem(head)
    if (problem !== undefined) return problem
    if (described.outcome === 'exited' && described.exitCode !== 0 && /No (?:names|tags) /i.test(described.stderr)) {
      return { status: 'warn', saw: 1, reason: noTag({}), remedy: noTagRemedy({}) }
    }
    const failed = gitProblem(described)
    if (failed !== undefined) return failed
    const [, tag = '', since = '0'] = /^(.*)-(\d+)-g[0-9a-f]+$/.exec(described.stdout.trim()) ?? []
    return {
      status: 'pass',
      saw: 1,
      measurements: { commits_since_tag: Number(since) },
      reason: lastTag({ tag, since: Number(since) }),
    }
  },
})
