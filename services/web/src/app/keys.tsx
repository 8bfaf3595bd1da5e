import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from './language.tsx';
import { texts } from './texts.ts';

/** A key and what it does; every one of them is a visible button as well. */
export interface KeyBinding {
  /** As `KeyboardEvent.key` has it (`' '`, `j`, `[`), any case; `g t` is G, then T. */
  readonly key: string;
  readonly does: string;
  /** Shown in the bar at the foot of the page. */
  readonly shown?: boolean;
  act(): void;
}

interface Keyboard {
  set(owner: symbol, bindings: readonly KeyBinding[]): void;
  readonly bindings: readonly KeyBinding[];
  askForAll(): void;
}

const Bindings = createContext<Keyboard>({ set: () => undefined, bindings: [], askForAll: () => undefined });

const sequenceMs = 1200;

/** Whether a key belongs to what has the focus: text that is written, a list that is open, a word that is being composed. */
function isTyped(event: KeyboardEvent): boolean {
  if (event.isComposing || event.key === 'Process' || event.ctrlKey || event.metaKey || event.altKey) return true;
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="dialog"],[role="listbox"],[role="menu"]') !== null) return true;
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type) || event.key === ' ';
  if (event.key === 'Enter' || event.key === ' ') return target.closest('a,button,summary,select,textarea') !== null;
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

export function KeyboardProvider({ children, onAskForAll }: { readonly children: ReactNode; onAskForAll(): void }): ReactNode {
  const owners = useRef(new Map<symbol, readonly KeyBinding[]>());
  const [bindings, setBindings] = useState<readonly KeyBinding[]>([]);
  const latest = useRef(bindings);
  latest.current = bindings;
  // Always the same one: whoever sets keys does so when it comes and when its keys change, not whenever somebody else's do.
  const set = useCallback<Keyboard['set']>((owner, own) => {
    if (own.length === 0) owners.current.delete(owner);
    else owners.current.set(owner, own);
    setBindings([...owners.current.values()].flat());
  }, []);
  const keyboard = useMemo<Keyboard>(() => ({ bindings, set, askForAll: onAskForAll }), [bindings, set, onAskForAll]);
  useEffect(() => {
    let before: { key: string; at: number } | undefined;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyped(event)) return;
      const key = event.key.toLowerCase();
      const sequence = before !== undefined && event.timeStamp - before.at < sequenceMs ? `${before.key} ${key}` : undefined;
      const found =
        latest.current.findLast((each) => each.key === sequence) ?? latest.current.findLast((each) => each.key === key);
      before = { key, at: event.timeStamp };
      if (found === undefined) return;
      event.preventDefault();
      found.act();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return <Bindings value={keyboard}>{children}</Bindings>;
}

/** Keys of a page for as long as it is shown. The page that came last has its keys first. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const { set } = useContext(Bindings);
  const [owner] = useState(() => Symbol('keys'));
  const acts = useRef(bindings);
  acts.current = bindings;
  const shape = bindings.map(({ key, does, shown }) => `${key}\n${does}\n${shown ?? false}`).join('\n\n');
  useEffect(() => {
    set(
      owner,
      acts.current.map((binding, at) => ({ ...binding, act: () => acts.current[at]?.act() })),
    );
    return () => set(owner, []);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the keys do is read when they are pressed
  }, [owner, set, shape]);
}

const keyName = (key: string, space: string): string => (key === ' ' ? space : key.length === 1 ? key.toUpperCase() : key);

/** The bar at the foot: the page's keys, and on the right what is logged. */
export function KeyBar({ children }: { readonly children?: ReactNode }): ReactNode {
  const { bindings, askForAll } = useContext(Bindings);
  const { keys, space } = useTexts(texts);
  return (
    <footer className="foot">
      {grouped(bindings.filter(({ shown }) => shown)).map(({ does, bound }) => {
        const [only, ...others] = bound;
        return others.length === 0 ? (
          <button type="button" className="k plain" key={does} onClick={() => only?.act()}>
            <Caps of={only} space={space} />
            {does}
          </button>
        ) : (
          <span className="k" key={does}>
            {bound.map((each) => (
              <button
                type="button"
                className="plain cap"
                key={each.key}
                aria-label={`${does} ${keyName(each.key, space)}`}
                onClick={() => each.act()}
              >
                <Caps of={each} space={space} />
              </button>
            ))}
            {does}
          </span>
        );
      })}
      <button type="button" className="k plain" onClick={askForAll}>
        <kbd>?</kbd>
        {keys}
      </button>
      <span className="sp" />
      {children}
    </footer>
  );
}

/** Keys that do the same in two directions stand together. */
export function grouped(bindings: readonly KeyBinding[]): { does: string; bound: KeyBinding[] }[] {
  const groups: { does: string; bound: KeyBinding[] }[] = [];
  for (const binding of bindings) {
    const group = groups.find((each) => each.does === binding.does);
    if (group === undefined) groups.push({ does: binding.does, bound: [binding] });
    else group.bound.push(binding);
  }
  return groups;
}

/** The caps to press for a binding; two where it is one key, then another. */
export function Caps({ of, space }: { readonly of: KeyBinding | undefined; readonly space: string }): ReactNode {
  if (of === undefined) return null;
  const parts = of.key === ' ' ? [' '] : of.key.split(' ');
  return parts.map((part) => <kbd key={part}>{keyName(part, space)}</kbd>);
}

export const useAllKeys = (): readonly KeyBinding[] => useContext(Bindings).bindings;
