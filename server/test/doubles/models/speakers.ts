import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onnx } from './onnx.ts'

/** Half a second around each frame, so that a voice is judged by more than one sound of it. */
const around = { kernel_shape: [8_001], strides: [270], pads: [3_380, 3_381] }

/**
 * Has the shapes and the metadata of pyannote's segmentation 3.0, so that sherpa-onnx runs it as the real one:
 * ten seconds in, seven classes for each of 589 frames out. Tells two speakers apart by how high they sound.
 */
const segmentation = () =>
  onnx({
    inputs: [{ name: 'x', shape: ['N', 1, 'T'] }],
    outputs: [{ name: 'y', shape: ['N', 'F', 7] }],
    constants: [
      { name: 'difference', shape: [1, 1, 2], values: [-1, 1] },
      // Nobody, the low voice, the high one, a third, and pairs of them: from loudness, and from what is left of it above.
      { name: 'by loudness', shape: [7], values: [0, 1, 0, 0, 0, 0, 0] },
      { name: 'by height', shape: [7], values: [0, 0, 5, 0, 0, 0, 0] },
      { name: 'at rest', shape: [7], values: [0.004, 0, 0, -1, -1, -1, -1] },
    ],
    nodes: [
      { op: 'Abs', from: ['x'], to: ['size'] },
      { op: 'AveragePool', from: ['size'], to: ['loudness'], attributes: around },
      { op: 'Conv', from: ['x', 'difference'], to: ['slope'], attributes: { kernel_shape: [2], pads: [1, 0] } },
      { op: 'Abs', from: ['slope'], to: ['steepness'] },
      { op: 'AveragePool', from: ['steepness'], to: ['height'], attributes: around },
      { op: 'Transpose', from: ['loudness'], to: ['loudness of frames'], attributes: { perm: [0, 2, 1] } },
      { op: 'Transpose', from: ['height'], to: ['height of frames'], attributes: { perm: [0, 2, 1] } },
      { op: 'Mul', from: ['loudness of frames', 'by loudness'], to: ['first'] },
      { op: 'Mul', from: ['height of frames', 'by height'], to: ['second'] },
      { op: 'Add', from: ['first', 'second'], to: ['both'] },
      { op: 'Add', from: ['both', 'at rest'], to: ['y'] },
    ],
    metadata: {
      num_speakers: 3,
      powerset_max_classes: 2,
      num_classes: 7,
      sample_rate: 16_000,
      window_size: 160_000,
      receptive_field_size: 991,
      receptive_field_shift: 270,
    },
  })

/** Has the inputs, outputs and metadata of NeMo's TitaNet; a voice is how loud it is in each of 80 bands. */
const embedding = () =>
  onnx({
    inputs: [
      { name: 'audio_signal', shape: ['N', 80, 'T'] },
      { name: 'length', type: 'int64', shape: ['N'] },
    ],
    outputs: [
      { name: 'logits', shape: ['N', 80] },
      { name: 'embs', shape: ['N', 80] },
    ],
    nodes: [
      { op: 'ReduceMean', from: ['audio_signal'], to: ['bands'], attributes: { axes: [2], keepdims: 0 } },
      { op: 'ReduceMean', from: ['bands'], to: ['middle'], attributes: { axes: [1], keepdims: 1 } },
      { op: 'Sub', from: ['bands', 'middle'], to: ['logits'] },
      { op: 'Sub', from: ['bands', 'middle'], to: ['embs'] },
    ],
    metadata: {
      framework: 'nemo',
      language: 'English',
      output_dim: 80,
      sample_rate: 16_000,
      feature_normalize_type: '',
      window_size_ms: 25,
      window_stride_ms: 10,
      window_type: 'hann',
      feat_dim: 80,
    },
  })

/** Lays both where `mina models pull` would: by them the built-in engine tells two voices apart that differ much. */
export async function laySpeakerModels(modelsDir: string) {
  for (const [folder, file, content] of [
    ['pyannote-segmentation', 'model.onnx', segmentation()],
    ['titanet-small', 'nemo_en_titanet_small.onnx', embedding()],
  ] as const) {
    await mkdir(join(modelsDir, folder), { recursive: true })
    await writeFile(join(modelsDir, folder, file), content)
  }
}
