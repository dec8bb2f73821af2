/** On every volume that we make: what for, of which volume, from which backup. */
export const madeForLabel = 'app.vigie.made-for'
export const ofVolumeLabel = 'app.vigie.of-volume'
export const fromBackupLabel = 'app.vigie.from-backup'
export const ownerLabel = 'app.vigie.owner'
