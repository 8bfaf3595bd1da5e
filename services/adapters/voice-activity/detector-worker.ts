// The process in which the model runs: computing does not hold up the product, and a crash of native code is not the product's.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Detector, provesItself } from './detector.ts';
import { type DetectorAnswer, type DetectorRequest, frameSamples } from './frames.ts';

const [modelPath, sha256] = process.argv.slice(2);
if (modelPath === undefined || process.send === undefined) throw new Error('started by the voice-activity adapter alone');
if (createHash('sha256').update(readFileSync(modelPath)).digest('hex') !== sha256) process.exit(3);
if (!provesItself(modelPath)) process.exit(4);

const streams = new Map<number, Detector>();
const free: Detector[] = [];

const answer = (message: DetectorAnswer): void => void process.send?.(message);

process.on('message', (request: DetectorRequest) => {
  if (request.kind === 'forget') return release(request.stream);
  let detector = streams.get(request.stream);
  if (detector === undefined) streams.set(request.stream, (detector = free.pop() ?? new Detector(modelPath)));
  const { samples } = request;
  const speech = new Uint8Array(samples.length / frameSamples);
  for (let frame = 0; frame < speech.length; frame++)
    speech[frame] = detector.hear(samples.slice(frame * frameSamples, (frame + 1) * frameSamples)) ? 1 : 0;
  answer({ kind: 'heard', id: request.id, speech });
});

function release(stream: number): void {
  const detector = streams.get(stream);
  if (detector === undefined) return;
  streams.delete(stream);
  detector.startAfresh();
  free.push(detector);
}

process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole group; the parent ends this process in its own order.
process.on('SIGINT', () => undefined);
answer({ kind: 'ready' });
