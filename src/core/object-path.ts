const plainPath = /^(?!.*(?:^|\/)\.)[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/

/** What may name an object of a repository: plain names with `/` between, none of which begins with a dot. */
export function isObjectPath(path: string): boolean {
  return plainPath.test(path)
}
