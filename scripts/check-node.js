// Fails loudly when npm fell back to a Node that is too old, as it does when the toolchain was not installed.
if (Number(process.versions.node.split('.')[0]) < 24) {
  console.error(`These scripts need Node 24 or newer; this is ${process.versions.node}.`)
  console.error('It comes with: npm ci   (not with --omit=optional)')
  process.exit(2)
}
