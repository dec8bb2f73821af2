/** The beginning of the 64 bits of a statement's number, in hexadecimal: short enough to read and to type. */
export function shortId(id: string): string {
  return /^-?\d{1,20}$/.test(id) ? BigInt.asUintN(64, BigInt(id)).toString(16).padStart(16, '0').slice(0, 8) : id
}
