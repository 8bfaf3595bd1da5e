export {
  type ProvisionOptions,
  provisionedSpeech,
  provisionSpeech,
  speechFolderOf,
  type SpeechHome,
  type SpeechProgress,
} from './provision.ts';
export {
  type EndpointAddress,
  type LocalEndpoint,
  type LocalEndpointEvent,
  type LocalEndpointOptions,
  startLocalEndpoint,
} from './local-endpoint.ts';
