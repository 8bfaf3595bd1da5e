/** The injection token of everything that the composition root hands to the API. */
export const API_DEPS = Symbol('API_DEPS');
