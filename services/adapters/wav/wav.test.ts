import { audioDecoderContract } from '../../../test/contracts/audio-decoder.ts';
import { wavDecoder } from './index.ts';

audioDecoderContract('plain WAV', { takesPlainWavAlone: true, make: (options) => wavDecoder(options) });
