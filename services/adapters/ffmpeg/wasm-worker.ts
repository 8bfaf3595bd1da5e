import { readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import {
  type FromWorker,
  inputDescriptor,
  inputState,
  laidDownPath,
  mostWaitingOutput,
  outputDescriptor,
  slot,
  type WasmTask,
} from './wasm-handoff.ts';
import { type WasmImports, type WasmInstance, webAssembly } from './web-assembly.ts';

/** The parts of Emscripten's file system that are used. */
interface Node {
  usedBytes: number;
  stream_ops: object;
}
interface FileSystem {
  makedev(major: number, minor: number): number;
  registerDevice(device: number, operations: object): void;
  mkdev(path: string, mode: number, device: number): void;
  open(path: string, flags: string): { readonly fd: number };
  createDataFile(parent: string, name: string, data: Uint8Array, canRead: boolean, canWrite: boolean): Node;
}
interface Core {
  readonly FS: FileSystem;
  setLogger(logger: (entry: { message: string }) => void): void;
  exec(...args: string[]): number;
}
type CreateCore = (options: {
  instantiateWasm: (imports: WasmImports, done: (instance: WasmInstance) => void) => object;
}) => Promise<Core>;

/** More lines than this a run does not say; damaged files complain about each packet. */
const mostLogLines = 5000;

const task = workerData as WasmTask;
const control = new Int32Array(task.control);
const room = new Uint8Array(task.room);
let roomFrom = 0;
let roomTo = 0;

function send(message: FromWorker): void {
  if (message.kind === 'output') parentPort?.postMessage(message, [message.bytes.buffer as ArrayBuffer]);
  else parentPort?.postMessage(message);
}

function readStreamed(_stream: unknown, heap: Int8Array, offset: number, length: number): number {
  if (roomFrom === roomTo) {
    if (Atomics.load(control, slot.input) === inputState.ended) return 0;
    Atomics.store(control, slot.input, inputState.wanted);
    send({ kind: 'more' });
    Atomics.wait(control, slot.input, inputState.wanted);
    const given = Atomics.load(control, slot.input);
    if (given === inputState.ended) return 0;
    roomFrom = 0;
    roomTo = given;
  }
  const part = room.subarray(roomFrom, Math.min(roomTo, roomFrom + length));
  heap.set(part, offset);
  roomFrom += part.length;
  return part.length;
}

function readLaidDown(descriptor: number) {
  return (_stream: unknown, heap: Int8Array, offset: number, length: number, position: number): number =>
    readSync(descriptor, heap, offset, length, position);
}

function write(_stream: unknown, heap: Int8Array, offset: number, length: number): number {
  const bytes = new Uint8Array(length);
  bytes.set(heap.subarray(offset, offset + length));
  for (;;) {
    const waiting = Atomics.load(control, slot.waitingOutput);
    if (waiting < mostWaitingOutput) break;
    Atomics.wait(control, slot.waitingOutput, waiting);
  }
  Atomics.add(control, slot.waitingOutput, 1);
  send({ kind: 'output', bytes });
  return length;
}

function addDevice(files: FileSystem, minor: number, operations: object): void {
  const device = files.makedev(64, minor);
  files.registerDevice(device, {
    open: (stream: { seekable: boolean }) => {
      stream.seekable = false;
    },
    ...operations,
  });
  files.mkdev(`/device${minor}`, 0o600, device);
}

async function run(): Promise<void> {
  // the build is made for a browser's worker and asks where it is
  Object.assign(globalThis, { self: Object.assign(globalThis, { location: { href: '' } }) });
  const createCore = createRequire(import.meta.url)(task.core) as CreateCore;
  const core = await createCore({
    instantiateWasm: (imports, done) => {
      void webAssembly.instantiate(task.program, imports).then(done);
      return {};
    },
  });
  let lines = 0;
  core.setLogger(({ message }) => {
    if (lines++ < mostLogLines) send({ kind: 'log', text: `${message}\n` });
  });
  const { laidDown } = task;
  if (laidDown !== undefined) {
    const node = core.FS.createDataFile('/', laidDownPath.slice(1), new Uint8Array(0), true, false);
    node.usedBytes = laidDown.sizeBytes;
    node.stream_ops = { ...node.stream_ops, read: readLaidDown(laidDown.descriptor) };
  }
  addDevice(core.FS, 0, { read: readStreamed });
  addDevice(core.FS, 1, { write });
  const input = core.FS.open('/device0', 'r');
  const output = core.FS.open('/device1', 'w');
  if (input.fd !== inputDescriptor || output.fd !== outputDescriptor) throw new Error('wasm ffmpeg: unexpected descriptors');
  send({ kind: 'end', code: core.exec(...task.arguments) });
}

await run();
