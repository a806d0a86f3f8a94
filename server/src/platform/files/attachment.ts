/** The header that makes a browser save: an ASCII name for the old, the true one for the others, nothing to break out of. */
export const attachment = (filename: string): string => {
  const plain = filename.replace(/[^\w .()-]/g, '_').slice(0, 200) || 'file'
  const exact = encodeURIComponent(filename.slice(0, 200).toWellFormed()).replace(
    /['()*]/g,
    (it) => `%${it.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
