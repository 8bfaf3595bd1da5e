/** Lets many run side by side, or one alone. Who wants to be alone comes before those who come later. */
export interface Solitude {
  /** Resolves when it may run; call what it gives when it has ended. */
  enter(alone: boolean): Promise<() => void>;
}

export function solitude(): Solitude {
  let running = 0;
  let isAlone = false;
  const queue: { alone: boolean; go: () => void }[] = [];
  const advance = (): void => {
    for (let first = queue[0]; first !== undefined; first = queue[0]) {
      if (isAlone || (first.alone && running > 0)) return;
      queue.shift();
      running++;
      isAlone = first.alone;
      first.go();
    }
  };
  return {
    enter: (alone) =>
      new Promise((resolve) => {
        const leave = (): void => {
          running--;
          if (alone) isAlone = false;
          advance();
        };
        queue.push({ alone, go: () => resolve(leave) });
        advance();
      }),
  };
}
