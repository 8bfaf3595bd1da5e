/** The injection token of everything that the composition root hands to the API. */
export const API_DEPS = Symbol('API_DEPS');
/** The injection token of what tells open pages of changes. */
export const EVENT_HUB = Symbol('EVENT_HUB');
/** The injection token of who is told of what nobody foresaw. */
export const UNEXPECTED = Symbol('UNEXPECTED');
