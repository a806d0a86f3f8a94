/** Models of the sherpa-onnx project that Mina knows how to fetch and to run. */
export interface ModelEntry {
  name: string
  title: string
  role: 'recognition' | 'segmentation' | 'embedding' | 'punctuation'
  family: 'moonshine' | 'whisper' | 'sense-voice' | 'nemo-transducer' | 'streaming-transducer' | 'file'
  /** Below the release's download address; an archive unless it ends in .onnx. */
  asset: string
  /** The folder inside the archive. */
  folder: string
  files: Readonly<Record<string, string>>
  /** Of the download. */
  bytes: number
  /** Of the download, as several other projects' public catalogues give it. */
  sha256: string
  languages: readonly string[] | 'any'
  punctuates: boolean
  times: boolean
  licence: string
}

export const releases = 'https://github.com/k2-fsa/sherpa-onnx/releases/download'

const european = 'bg hr cs da nl en et fi fr de el hu it lv lt mt pl pt ro ru sk sl es sv uk'.split(' ')

const whisper = (name: string, size: string, bytes: number, sha256: string): ModelEntry => ({
  ...{ name, title: `Whisper ${size}`, role: 'recognition', family: 'whisper' },
  asset: `asr-models/sherpa-onnx-whisper-${size}.tar.bz2`,
  folder: `sherpa-onnx-whisper-${size}`,
  files: { encoder: `${size}-encoder.int8.onnx`, decoder: `${size}-decoder.int8.onnx`, tokens: `${size}-tokens.txt` },
  ...{ bytes, sha256, languages: 'any', punctuates: true, times: false, licence: 'MIT' },
})

const parakeet = (version: string, bytes: number, sha256: string, languages: string[]): ModelEntry => ({
  ...{
    name: `parakeet-tdt-0.6b-${version}`,
    title: `Parakeet TDT 0.6b ${version}`,
    role: 'recognition',
    family: 'nemo-transducer',
  },
  asset: `asr-models/sherpa-onnx-nemo-parakeet-tdt-0.6b-${version}-int8.tar.bz2`,
  folder: `sherpa-onnx-nemo-parakeet-tdt-0.6b-${version}-int8`,
  files: {
    encoder: 'encoder.int8.onnx',
    decoder: 'decoder.int8.onnx',
    joiner: 'joiner.int8.onnx',
    tokens: 'tokens.txt',
  },
  ...{ bytes, sha256, languages, punctuates: true, times: true, licence: 'CC-BY-4.0' },
})

export const registry: readonly ModelEntry[] = [
  {
    ...{ name: 'moonshine-base-en', title: 'Moonshine base', role: 'recognition', family: 'moonshine' },
    asset: 'asr-models/sherpa-onnx-moonshine-base-en-quantized-2026-02-27.tar.bz2',
    folder: 'sherpa-onnx-moonshine-base-en-quantized-2026-02-27',
    files: { encoder: 'encoder_model.ort', mergedDecoder: 'decoder_model_merged.ort', tokens: 'tokens.txt' },
    bytes: 111_266_225,
    sha256: '43232c1d13013d37317163baec3135bd771a186a4356f28c889bab453bb0e891',
    ...{ languages: ['en'], punctuates: true, times: false, licence: 'MIT' },
  },
  whisper('whisper-tiny', 'tiny', 116_204_861, 'c46116994e539aa165266d96b325252728429c12535eb9d8b6a2b10f129e66b1'),
  whisper('whisper-base', 'base', 207_557_382, '911b2083efd7c0dca2ac3b358b75222660dc09fb716d64fbfc417ba6c99ff3de'),
  whisper('whisper-small', 'small', 639_387_718, '486a46afbb7ba798507190ffe02fea2dd726049af212e774537efac6afb210a6'),
  whisper(
    'whisper-medium',
    'medium',
    1_931_372_882,
    '614b1172557049069d846c29d9399640bce83a4dd6c580decebd9ce2a4f32c33',
  ),
  // The project publishes large-v3-turbo under the bare name turbo.
  whisper(
    'whisper-large-v3-turbo',
    'turbo',
    563_790_207,
    'b11acbbcd660b44a8e0df33724feb5aaa709cf65668f2823d59f656312544f22',
  ),
  parakeet('v2', 482_468_385, '157c157bc51155e03e37d2466522a3a737dd9c72bb25f36eb18912964161e1ad', ['en']),
  parakeet('v3', 487_170_055, '5793d0fd397c5778d2cf2126994d58e9d56b1be7c04d13c7a15bb1b4eafb16bf', european),
  {
    ...{ name: 'sense-voice', title: 'SenseVoice small', role: 'recognition', family: 'sense-voice' },
    asset: 'asr-models/sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17.tar.bz2',
    folder: 'sherpa-onnx-sense-voice-zh-en-ja-ko-yue-int8-2024-07-17',
    files: { model: 'model.int8.onnx', tokens: 'tokens.txt' },
    bytes: 163_002_883,
    sha256: '7d1efa2138a65b0b488df37f8b89e3d91a60676e416f515b952358d83dfd347e',
    ...{ languages: ['zh', 'en', 'ja', 'ko', 'yue'], punctuates: true, times: true, licence: 'FunASR model licence' },
  },
  {
    ...{
      name: 'zipformer-streaming-en',
      title: 'Streaming Zipformer',
      role: 'recognition',
      family: 'streaming-transducer',
    },
    asset: 'asr-models/sherpa-onnx-streaming-zipformer-en-2023-06-26.tar.bz2',
    folder: 'sherpa-onnx-streaming-zipformer-en-2023-06-26',
    files: {
      encoder: 'encoder-epoch-99-avg-1-chunk-16-left-128.int8.onnx',
      // Too small for its int8 sibling to save anything.
      decoder: 'decoder-epoch-99-avg-1-chunk-16-left-128.onnx',
      joiner: 'joiner-epoch-99-avg-1-chunk-16-left-128.int8.onnx',
      tokens: 'tokens.txt',
    },
    bytes: 310_414_022,
    sha256: '639e25b578e9e997131402199419c13a941f8e4e198e2da1ce57dbf5cf401282',
    ...{ languages: ['en'], punctuates: false, times: true, licence: 'Apache-2.0' },
  },
  {
    ...{ name: 'pyannote-segmentation', title: 'Pyannote segmentation 3.0', role: 'segmentation', family: 'file' },
    asset: 'speaker-segmentation-models/sherpa-onnx-pyannote-segmentation-3-0.tar.bz2',
    folder: 'sherpa-onnx-pyannote-segmentation-3-0',
    files: { model: 'model.onnx' },
    bytes: 6_958_444,
    sha256: '24615ee884c897d9d2ba09bb4d30da6bb1b15e685065962db5b02e76e4996488',
    ...{ languages: 'any', punctuates: false, times: false, licence: 'MIT' },
  },
  {
    ...{ name: 'titanet-small', title: 'TitaNet small (voices)', role: 'embedding', family: 'file' },
    // The spelling is the project's own.
    asset: 'speaker-recongition-models/nemo_en_titanet_small.onnx',
    folder: 'nemo_en_titanet_small',
    files: { model: 'nemo_en_titanet_small.onnx' },
    bytes: 40_257_283,
    sha256: 'ad4a1802485d8b34c722d2a9d04249662f2ece5d28a7a039063ca22f515a789e',
    ...{ languages: 'any', punctuates: false, times: false, licence: 'CC-BY-4.0' },
  },
  {
    ...{ name: 'punctuation', title: 'CT-Transformer punctuation', role: 'punctuation', family: 'file' },
    asset: 'punctuation-models/sherpa-onnx-punct-ct-transformer-zh-en-vocab272727-2024-04-12-int8.tar.bz2',
    folder: 'sherpa-onnx-punct-ct-transformer-zh-en-vocab272727-2024-04-12-int8',
    files: { model: 'model.int8.onnx' },
    bytes: 64_717_756,
    sha256: 'c0d5aa5f8eeb686032345e180bedf39319dc2e0556781c6264bcadba8328a6e1',
    ...{ languages: ['zh', 'en'], punctuates: true, times: false, licence: 'Apache-2.0' },
  },
]

export const builtInName = 'moonshine-tiny-en'

export const entryNamed = (name: string) => registry.find((entry) => entry.name === name)

export const speaks = (entry: Pick<ModelEntry, 'languages'>, language: string) =>
  entry.languages === 'any' || entry.languages.includes(language)
