import { runCheck } from '../../../src/integrations/command/checks/run.ts'
import type { RunSample } from '../../../src/integrations/command/judge-run.ts'
import { ageCheck } from '../../../src/integrations/files/checks/age.ts'
import { permissionsCheck } from '../../../src/integrations/files/checks/permissions.ts'
import { sizeCheck } from '../../../src/integrations/files/checks/size.ts'
import { staleCheck } from '../../../src/integrations/files/checks/stale.ts'
import type { FilesSample } from '../../../src/integrations/files/observe.ts'
import { behindCheck } from '../../../src/integrations/git/checks/behind.ts'
import { cleanCheck } from '../../../src/integrations/git/checks/clean.ts'
import { tagCheck } from '../../../src/integrations/git/checks/tag.ts'
import { endOfLifeCheck } from '../../../src/integrations/runtime/checks/end-of-life.ts'
import { commandResult } from '../../support/command-result.ts'
import { nothingSeen, notInstalled, timedOut } from './case.ts'

const noFiles: FilesSample = {
  path: '/srv/docs',
  glob: '**/*.pdf',
  now: 0,
  files: [],
  unreadable: [],
  leftOut: { protected: 0, mounts: 0, example: '' },
  isCut: false,
  failure: undefined,
}
const noFileCases = {
  'a glob that nothing matches': noFiles,
  'no folder': { ...noFiles, failure: 'ENOENT' },
  'a folder that may not be read': { ...noFiles, unreadable: ['/srv/docs/private'] },
  'a tree that is all left out': { ...noFiles, leftOut: { protected: 0, mounts: 1, example: '/srv/docs/volume' } },
  'a walk that was cut': { ...noFiles, isCut: true },
}

const unasked = { matches: undefined, lacks: undefined, number: undefined }
const ran = (over: Partial<Extract<RunSample, { outcome: 'ran' }>> = {}): RunSample => ({
  outcome: 'ran',
  program: 'true',
  limitMs: 1000,
  result: commandResult(),
  gap: 'none',
  found: unasked,
  ...over,
})

const hash = '0123456789abcdef0123456789abcdef01234567'
const head = commandResult({ stdout: `${hash}\n` })
const noRepository = commandResult({ exitCode: 128, stderr: 'fatal: not a git repository' })
const onMain = {
  branch: commandResult({ stdout: 'refs/heads/main\n' }),
  head,
  remoteName: 'origin',
  theirRef: 'refs/heads/main',
  remote: undefined,
  counts: undefined,
  isShallow: false,
}

const noVersion = { now: '2026-11-21T00:00:00Z', versions: [], absent: [], missingFolder: undefined }

export const localCases = [
  ...nothingSeen(ageCheck, noFileCases),
  ...nothingSeen(sizeCheck, noFileCases),
  ...nothingSeen(permissionsCheck, noFileCases),
  ...nothingSeen(
    staleCheck,
    Object.fromEntries(Object.entries(noFileCases).map(([what, seen]) => [what, { component: 'docs', seen }])),
  ),
  ...nothingSeen(runCheck, {
    'no program': ran({ result: notInstalled }),
    'no end': ran({ result: timedOut }),
    'no right to run it': ran({ result: commandResult({ outcome: 'not-permitted', exitCode: undefined }) }),
    'no folder to run it in': { outcome: 'no-folder', folder: '/srv/app' },
  }),
  ...nothingSeen(
    runCheck,
    {
      'output that was cut where the answer may stand': ran({
        gap: 'cut',
        found: { ...unasked, matches: { outcome: 'unknown' } },
      }),
      'a pattern that was never looked for': ran(),
    },
    { matches: 'ready' },
  ),
  ...nothingSeen(
    runCheck,
    { 'output that is no text': ran({ gap: 'binary', found: { ...unasked, lacks: { outcome: 'unknown' } } }) },
    { lacks: 'error' },
  ),
  ...nothingSeen(
    runCheck,
    { 'no number in it': ran({ found: { ...unasked, number: { outcome: 'none' } } }) },
    { number: { match: '(\\d+)' } },
  ),
  ...nothingSeen(cleanCheck, {
    'no git': { status: notInstalled, head: notInstalled },
    'no repository': { status: noRepository, head: noRepository },
    'no answer': { status: timedOut, head },
    'no commit': {
      status: commandResult(),
      head: commandResult({ exitCode: 128, stderr: 'fatal: Needed a single revision' }),
    },
  }),
  ...nothingSeen(behindCheck, {
    'no git': { ...onMain, branch: notInstalled, head: notInstalled },
    'no branch': { ...onMain, branch: commandResult({ exitCode: 1 }) },
    'a remote that was not asked': onMain,
    'a remote that does not answer': { ...onMain, remote: timedOut },
    'a remote without this branch': { ...onMain, remote: commandResult() },
    'a remote with a branch that only ends alike': {
      ...onMain,
      remote: commandResult({ stdout: `${hash}\trefs/heads/x/refs/heads/main\n` }),
    },
  }),
  ...nothingSeen(tagCheck, {
    'no git': { head: notInstalled, described: notInstalled, shallow: notInstalled },
    'no repository': { head: noRepository, described: noRepository, shallow: noRepository },
    'an empty answer': { head, described: commandResult(), shallow: commandResult({ stdout: 'false\n' }) },
    'a history that is cut': {
      head,
      described: commandResult({ exitCode: 128, stderr: 'fatal: No names found, cannot describe anything.' }),
      shallow: commandResult({ stdout: 'true\n' }),
    },
  }),
  ...nothingSeen(endOfLifeCheck, {
    'no version': noVersion,
    'no folder': { ...noVersion, missingFolder: '/srv/app' },
    'a product that is nowhere': { ...noVersion, absent: ['node'] },
    'a version without a known end': {
      ...noVersion,
      versions: [{ product: 'node', version: 'latest', source: 'Dockerfile' }],
    },
  }),
]
