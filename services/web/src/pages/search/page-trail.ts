import type { SearchState } from './search-state.ts';

type Place = SearchState['after'];

const storageKey = 'plumbline.search.pages';
const mostKept = 500;

/** A cursor leads forward only: what page it was taken from is remembered for as long as the tab is open. */
export function rememberPage(next: string, from: Place): void {
  const kept = Object.entries(read()).slice(-mostKept);
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(Object.fromEntries([...kept, [next, from ?? null]])));
  } catch {
    // A full or forbidden storage costs the way back one step: the first page.
  }
}

/** The page before a cursor: a place, `first`, or undefined where the address came from somewhere else. */
export function pageBefore(cursor: string): Place | 'first' {
  const found = read()[cursor];
  return found === null ? 'first' : found;
}

function read(): Record<string, Place | null> {
  try {
    return JSON.parse(sessionStorage.getItem(storageKey) ?? '{}') as Record<string, Place | null>;
  } catch {
    return {};
  }
}
