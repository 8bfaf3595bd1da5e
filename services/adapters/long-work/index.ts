export { LongWork } from './long-work.ts';
