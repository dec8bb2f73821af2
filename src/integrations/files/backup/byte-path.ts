/** Names of files are bytes: here they are texts of one character a byte (`latin1`), which no name can spoil. */
export type BytePath = string

export function toBytes(path: string): BytePath {
  return Buffer.from(path, 'utf8').toString('latin1')
}

/** For calls of the system. */
export function systemPath(path: BytePath): Buffer {
  return Buffer.from(path, 'latin1')
}

/** As people and patterns read it: what is not UTF-8 becomes U+FFFD. */
export function readable(path: BytePath): string {
  return systemPath(path).toString('utf8')
}

export function joined(folder: BytePath, name: BytePath): BytePath {
  return folder === '' ? name : `${folder}/${name}`
}

/** The order of a walk that goes into each folder right after its own entry, names by their bytes. */
export function comesBefore(a: BytePath, b: BytePath): boolean {
  return a.replaceAll('/', '\0') < b.replaceAll('/', '\0')
}
