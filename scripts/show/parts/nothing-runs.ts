import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'

/** Ends the show when a process that it started still runs. */
export function nothingRuns(): void {
  const left = spawnSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' }).stdout
  const running = left.split('\n').filter((line) => line.trim() !== '' && !/\bps -o /.test(line))
  assert.deepEqual(running, [], 'something keeps running')
}
