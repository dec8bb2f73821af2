/**
 * What runs a command in a mount name space of its own, after a line for the shell has mounted what it wants: nobody else
 * sees it, and it is gone with the command. `$0` is `dir` there, `"$@"` the command. Works as root, and for others where
 * they may have user name spaces.
 */
export function mounted(dir: string, line: string): readonly string[] {
  const asRoot = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  return ['unshare', ...asRoot, '--mount', '--propagation', 'private', 'sh', '-ec', line, dir]
}
