import { useCallback, useEffect, useRef, useState } from 'react';
import type { PhraseCheck } from './phrase-problem.ts';

export type Check = (expression: string, signal: AbortSignal) => Promise<PhraseCheck>;

export interface Checked {
  readonly expression: string;
  /** Undefined: it could not be asked. */
  readonly answer: PhraseCheck | undefined;
}

const restMs = 250;
const againMs = 5_000;

/**
 * What an expression means or where it is wrong, once typing has rested. The answer before stays until the next one is there;
 * `now` asks at once. An empty expression is asked of nobody.
 */
export function usePhraseCheck(
  expression: string,
  check: Check,
): { readonly checked: Checked | undefined; readonly now: (expression: string) => Promise<PhraseCheck | undefined> } {
  const [checked, setChecked] = useState<Checked>();
  const latest = useRef(expression);
  latest.current = expression;
  const asking = useRef(check);
  asking.current = check;

  const ask = useCallback(async (text: string, signal: AbortSignal): Promise<PhraseCheck | undefined> => {
    const answer = text.trim() === '' ? emptyCheck : await asking.current(text, signal).catch(() => undefined);
    if (!signal.aborted && latest.current === text) setChecked({ expression: text, answer });
    return answer;
  }, []);

  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout>;
    const turn = async (): Promise<void> => {
      const answer = await ask(expression, stop.signal);
      if (answer === undefined && !stop.signal.aborted) timer = setTimeout(() => void turn(), againMs);
    };
    timer = setTimeout(() => void turn(), expression.trim() === '' ? 0 : restMs);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [expression, ask]);

  const now = useCallback((text: string) => ask(text, new AbortController().signal), [ask]);
  return { checked, now };
}

const emptyCheck: PhraseCheck = { ok: true, errors: [], certain: true };
