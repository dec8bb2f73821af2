/**
 * What a terminal obeys instead of showing: C0 controls but tab and line feed, DEL, C1 controls, and the marks that turn
 * the direction of text (Unicode TR 36, « bidirectional text spoofing »). Output of a command could otherwise clear the
 * screen, rename the window, or hide a line from its reader.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
const controlPictures = 0x2400
const deletePicture = '\u2421'

/** The text with each such character made visible: `␛` for an escape. A line end of two characters becomes one. */
export function printable(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(obeyed, (found) => {
    const code = found.charCodeAt(0)
    if (code < 0x20) return String.fromCharCode(controlPictures + code)
    return code === 0x7f ? deletePicture : '\ufffd'
  })
}
