import { Popover } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import type { Language } from '../../app/language.tsx';
import { phraseExamples } from './phrase-examples.ts';
import { searchTexts } from './search-texts.ts';

/** Expressions to begin with, each in one sentence; taking one puts it into the box. */
export function Examples({
  language,
  onTake,
}: {
  readonly language: Language;
  readonly onTake: (expression: string) => void;
}): ReactNode {
  const texts = searchTexts[language];
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="btn" aria-expanded={open} onClick={() => setOpen(!open)}>
          {texts.examples}
        </button>
      </Popover.Target>
      <Popover.Dropdown className="examples">
        {phraseExamples[language].map(([expression, meaning]) => (
          <button
            key={expression}
            type="button"
            onClick={() => {
              setOpen(false);
              onTake(expression);
            }}
          >
            <code>{expression}</code>
            <span>{meaning}</span>
          </button>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
