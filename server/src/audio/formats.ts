/** Containers that ffmpeg may open. Playlists and manifests (hls, dash, concat) are not among them, whatever a file calls itself. */
export const containers = 'mp3,wav,mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,aac,flac,amr,caf'

/** What a file's first bytes say it is, and the ending that players and providers know it by. */
const endings: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/vnd.wave': 'wav',
  'audio/mp4': 'm4a',
  'audio/x-m4a': 'm4a',
  'video/mp4': 'mp4',
  'video/x-m4v': 'm4v',
  'video/quicktime': 'mov',
  'video/3gpp': '3gp',
  'video/3gpp2': '3g2',
  'audio/ogg': 'ogg',
  'audio/ogg; codecs=opus': 'opus',
  'audio/opus': 'opus',
  'video/ogg': 'ogv',
  'application/ogg': 'ogx',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/x-flac': 'flac',
  'audio/amr': 'amr',
  'audio/x-caf': 'caf',
  'video/matroska': 'mkv',
  'video/x-matroska': 'mkv',
  'audio/matroska': 'mka',
  'video/webm': 'webm',
  'audio/webm': 'webm',
}

export const endingOf = (mime: string): string | undefined => endings[mime]

export const isKnownEnding = (ending: string): boolean => Object.values(endings).includes(ending)

export const supportedTypes = 'mp3, wav, m4a, mp4, mov, webm, mkv, ogg, opus, aac and flac'
