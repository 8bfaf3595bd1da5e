import type { WasmProgram } from './web-assembly.ts';

/** What the main thread and the worker share: two counters to wait on, and room for one piece of input. */
export interface Handoff {
  readonly control: SharedArrayBuffer;
  readonly room: SharedArrayBuffer;
}

/** Slots of `control`. */
export const slot = { input: 0, waitingOutput: 1 } as const;
/** Values of the input slot beside a number of bytes. */
export const inputState = { wanted: -2, ended: -1 } as const;

export const roomBytes = 262_144;
/** So many pieces of output may wait for a reader before the program stands still. */
export const mostWaitingOutput = 16;

export interface WasmTask extends Handoff {
  readonly program: WasmProgram;
  readonly core: string;
  /** Arguments, with these words standing for the places that the worker makes. */
  readonly arguments: readonly string[];
  /** Descriptor and size of an input that is laid down; undefined: it is handed over piece by piece. */
  readonly laidDown: { readonly descriptor: number; readonly sizeBytes: number } | undefined;
}

export type FromWorker =
  | { readonly kind: 'more' }
  | { readonly kind: 'output'; readonly bytes: Uint8Array }
  | { readonly kind: 'log'; readonly text: string }
  | { readonly kind: 'end'; readonly code: number };

/** Where the worker's file system keeps an input that is laid down. */
export const laidDownPath = '/recording';
/** The first descriptors that the worker's file system gives out; it checks that it did. */
export const inputDescriptor = 3;
export const outputDescriptor = 4;
