declare const transaction: unique symbol;

/**
 * An open transaction of the runtime. Opaque on purpose: only the adapter that made it can look inside, only the runtime
 * opens one, and a store method that writes takes one, so a second transaction cannot be written.
 */
export interface Tx {
  readonly [transaction]: true;
}
