export { canonicalJson } from './canonical-json.ts';
export { type Clock, systemClock } from './clock.ts';
export * from './events/calls.ts';
export * from './events/envelope.ts';
export { dependencyAway, Failure, type FailureCause } from './failure.ts';
export { type CallIdentity, callIdOf, jobIdOf, keyedIdOf, resultIdOf, sha256 } from './ids.ts';
export { checkObjectName, checkObjectPrefix, checkOwner, cutRange } from './object-name.ts';
export type { ByteRange, Bytes, KeyWrapping, ObjectInfo, ObjectStore, RawStore, WrappedKeyStore } from './object-store.ts';
export { done, dropped, type Finished, type Outcome, refused, retry } from './outcome.ts';
export { packageRoot } from './package-root.ts';
export { type Recipe, type RecipePart, recipeHashOf } from './recipe.ts';
export { type BilingualText, Refused, type Refusal } from './refusal.ts';
export {
  type BucketSource,
  type FolderSource,
  homeOf,
  isLoopback,
  readSettings,
  type Settings,
  SettingsError,
  settingsSchema,
} from './settings.ts';
export type { Job, Stage, Work } from './stage.ts';
export type { Tx } from './tx.ts';
export { wholeBytes } from './whole-bytes.ts';
