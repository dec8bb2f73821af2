import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Document {
  /** From the root of the repository. */
  readonly file: string
  readonly text: string
}

const root = join(import.meta.dirname, '..', '..')

/** What a newcomer reads: the README and every page of the guide. */
export const documents: readonly Document[] = [
  'README.md',
  ...readdirSync(join(root, 'docs', 'guide')).map((name) => join('docs', 'guide', name)),
].map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))

/** The code of a document that is no program: lines of sh blocks and indented ones, and what stands within a line. */
export function codeIn({ text }: Document): readonly string[] {
  const lines = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, code = '']) => code.split('\n'))
  const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '')
  const indented = [...prose.matchAll(/^ {4}(\S.*)$/gm)].map(([, line = '']) => line)
  const inline = [...prose.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replaceAll(/\s+/g, ' '))
  return [...lines, ...indented, ...inline].map((line) => line.trim()).filter((line) => line !== '')
}

/** The words of a line as a shell reads them, without a comment at its end. */
export function shellWords(line: string): readonly string[] {
  const words = line.replace(/(?:^|\s)#\s.*$/, '').match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []
  return words.map((word) => word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double))
}
