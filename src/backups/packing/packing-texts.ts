import { ageKeyTexts } from './age-keys.ts'
import { packTexts } from './pack-texts.ts'
import { throughProgramTexts } from './through-program.ts'
import { unpackTexts } from './unpack-segments.ts'

/** All that packing and unpacking can say. */
export const packingTexts = [...ageKeyTexts, ...packTexts, ...throughProgramTexts, ...unpackTexts]
