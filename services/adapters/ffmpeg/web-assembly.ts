/** A compiled program; opaque, and may be sent to a worker. */
export interface WasmProgram {
  readonly compiled: never;
}
export type WasmImports = Record<string, unknown>;
export interface WasmInstance {
  readonly exports: Record<string, unknown>;
}

interface WebAssemblyApi {
  compile(bytes: Uint8Array): Promise<WasmProgram>;
  instantiate(program: WasmProgram, imports: WasmImports): Promise<WasmInstance>;
}

/** The platform's WebAssembly, of which the project's TypeScript libraries (no browser) know nothing. */
export const webAssembly: WebAssemblyApi = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly;
