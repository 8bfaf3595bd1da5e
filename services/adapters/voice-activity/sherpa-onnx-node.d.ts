/** What is used of sherpa-onnx-node, which comes without types. */
declare module 'sherpa-onnx-node' {
  export interface Vad {
    acceptWaveform(samples: Float32Array): void;
    isDetected(): boolean;
    isEmpty(): boolean;
    pop(): void;
    flush(): void;
    reset(): void;
  }
  export interface SileroConfig {
    readonly model: string;
    readonly threshold: number;
    /** Seconds; zero means the engine's own. */
    readonly minSpeechDuration: number;
    readonly minSilenceDuration: number;
    readonly maxSpeechDuration: number;
    readonly windowSize: number;
  }
  const sherpa: {
    readonly Vad: new (
      config: { sileroVad: SileroConfig; sampleRate: number; numThreads: number; debug: boolean },
      bufferSeconds: number,
    ) => Vad;
  };
  export default sherpa;
}
