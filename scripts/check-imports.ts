import { importViolations } from './import-rules.ts'

const { files, violations } = await importViolations(process.argv[2] ?? 'src')
for (const { file, specifier, rule } of violations) console.error(`${file} imports ${specifier}: ${rule}`)
console.log(`${files} files, ${violations.length} violations of the import rules`)
if (files === 0) console.error('no file was read: the check itself is broken')
process.exit(violations.length > 0 || files === 0 ? 1 : 0)
