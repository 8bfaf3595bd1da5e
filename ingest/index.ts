export { correctSpeakers, type CorrectedSpeakers } from './correct-speakers.ts';
export { type CallMetadata, callMetadataSchema } from './call-metadata.ts';
export { type ContainerEnd, type ContainerWatch, unknownWavLength, watchContainer } from './container-watch.ts';
export {
  deliver,
  deliverSpooled,
  type DeliverDeps,
  type DeliveredFile,
  type DeliverResult,
  givenTranscriptName,
  maxRecordingBytes,
  quarantine,
  recordingName,
} from './deliver.ts';
export { completeErasures, eraseCall, type EraseDeps, quietMs } from './erase-call.ts';
export { fileNamePattern, type FileNamePattern, PatternError } from './file-name-pattern.ts';
export { expectedRecordings, type Manifest, type ManifestProblem, type ManifestRow, readManifest } from './manifest.ts';
export {
  commandSource,
  type FolderFiles,
  type FolderSourceDeps,
  type FolderSourceSettings,
  type FoundRecording,
  recordingsIn,
  takeRecordings,
} from './folder-source.ts';
export { mergeMetadata, metadataField, readMetadata } from './metadata-fields.ts';
export { type InspectedFile, inspectRecording } from './inspect-recording.ts';
export * from './ports.ts';
export { type ListedFile, SettledFiles } from './settled-files.ts';
export {
  appendUpload,
  beginUpload,
  endUpload,
  finishUpload,
  settleUploads,
  type UploadDeps,
  type UploadedFile,
  uploadMs,
  uploadOffset,
} from './upload.ts';
export { isCompanion, readSidecar, sidecarNames, transcriptNames } from './sidecar.ts';
export { type Container, containers, sniffBytes, type Sniffed, sniffRecording } from './recording-format.ts';
export { recordingRefusalCodes, type RecordingRefusalCode, refuseRecording } from './recording-refusals.ts';
export { dayBounds, reconcile, type ReconciledRecording, type Reconciliation } from './reconcile.ts';
export { type ChannelHealth, type HealthWatch, type RecordingHealth, silenceLevel, watchHealth } from './recording-health.ts';
