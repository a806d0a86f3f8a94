import { createHash } from 'node:crypto'

const known = 'a9ecce9035d6b152be8481967021f1f91860b514782cb25dabf81a36a0d2fd4c'

/**
 * The vocabulary of the built-in model in the form that sherpa-onnx reads. Control tokens and control characters are blank: the native
 * side writes JSON without escaping them. A wrong table gives empty text and no error, hence the checksum.
 */
export async function tokenTable(): Promise<string> {
  const { default: tokeniser } = (await import('llama-tokenizer-js')) as { default: { vocabById: string[] } }
  const bytesOf = (id: number): string | Buffer => {
    if (id < 3 || id >= 32_000) return ' '
    const byte = id - 3
    if (id < 259) return Buffer.from([byte < 32 || byte === 127 ? 32 : byte])
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it removes
    return tokeniser.vocabById[id]!.replaceAll('\u2581', ' ').replace(/[\x00-\x1f\x7f]/g, ' ')
  }
  let table = ''
  for (let id = 0; id < 32_768; id++) table += `${Buffer.from(bytesOf(id) as string).toString('base64')} ${id}\n`
  if (createHash('sha256').update(table).digest('hex') !== known)
    throw new Error('the token table is not the one the model was made with')
  return table
}
