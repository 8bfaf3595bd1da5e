import type { ReactNode } from 'react';
import { useTexts } from '../../app/language.tsx';
import { Page } from '../../app/page.tsx';
import { texts } from '../../app/texts.ts';
import { Empty } from '../../states/states.tsx';

export function TodayPage(): ReactNode {
  const text = useTexts(texts);
  return (
    <Page title={text.product}>
      <Empty />
    </Page>
  );
}
