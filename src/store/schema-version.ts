/** The number of migrations a current schema has had. */
export const schemaVersion = 8
