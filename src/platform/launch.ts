import { constants } from 'node:fs'
import { access, open, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type ControlGroup, makeControlGroup } from './control-group.ts'

type Argv = readonly [string, ...string[]]

/** Goes into the group before the program is there, so that nothing it starts is outside: `$0` is the group, then what to run. */
const enter = '{ echo 0 >"$0/cgroup.procs"; } 2>/dev/null; '
/** What a shell sets for itself, which is not for the program to see. */
const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_']

/**
 * How a program is started so that it stands in a control group of its own. Where there can be none, or the program
 * would not start anyway, it is started as it is: what is wrong is then told by the system, not by a shell.
 */
export async function launch(
  argv: Argv,
  cwd: string | undefined,
  env: Readonly<Record<string, string>>,
  groupName: string,
): Promise<{ readonly argv: Argv; readonly group: ControlGroup | undefined }> {
  const asItIs = { argv, group: undefined }
  // A shell drops what it could not name as a variable, and takes the name for an option.
  if (!Object.keys(env).every((name) => /^[A-Za-z_]\w*$/.test(name)) || argv[0].startsWith('-')) return asItIs
  const group = await makeControlGroup(groupName)
  if (group === undefined) return asItIs
  if (!(await isFound(argv[0], cwd ?? '.', env['PATH'] ?? ''))) {
    await group.remove()
    return asItIs
  }
  const unset = ofTheShell.filter((name) => !Object.hasOwn(env, name)).join(' ')
  const line = `${enter}${unset === '' ? '' : `unset ${unset}; `}exec "$@"`
  return { argv: ['/bin/sh', '-c', line, group.path, ...argv], group }
}

async function isFound(program: string, cwd: string, path: string): Promise<boolean> {
  if (program.includes('/')) return isStartable(resolve(cwd, program))
  for (const folder of path.split(':')) {
    const file = resolve(cwd, join(folder, program))
    if (await isExecutable(file)) return isStartable(file)
  }
  return false
}

/** Whether it is a program, or a script whose interpreter is there. */
async function isStartable(file: string): Promise<boolean> {
  if (!(await isExecutable(file)) || !(await isExecutable('/bin/sh'))) return false
  try {
    const handle = await open(file)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0).finally(() => handle.close())
    const head = buffer.toString('latin1', 0, bytesRead)
    if (head.startsWith('\x7fELF')) return true
    const interpreter = /^#![ \t]*(\/[^\s]+)/.exec(head)?.[1]
    return interpreter !== undefined && (await isExecutable(interpreter))
  } catch {
    // What may be run and not read says nothing of itself.
    return false
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return (await stat(file)).isFile()
  } catch {
    return false
  }
}
