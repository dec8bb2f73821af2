/** A text as SQL has it, where no parameter may stand; a backslash is only that, whatever the server was told. */
export function literal(text: string): string {
  const doubled = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? ` E${doubled.replaceAll('\\', '\\\\')}` : doubled
}
