/**
 * A database as an argument of a program: a name with `=` in it, or one that begins as a url, would be read as the parameters
 * of a connection.
 */
export function asDatabaseArgument(database: string): string {
  if (!database.includes('=') && !/^postgres(?:ql)?:\/\//.test(database)) return database
  return `dbname='${database.replace(/[\\']/g, '\\$&')}'`
}
