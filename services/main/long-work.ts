import { LongWork } from '../adapters/long-work/index.ts';

/** One thread for the long work of all stages of this process; it is there only while there is such work. */
export const longWork = new LongWork();
