import { MantineProvider } from '@mantine/core';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.layer.css';
import './app/fonts.css';
import './app/tokens.css';
import './app/base.css';
import './app/frame.css';
import { ApiError } from './api/client.ts';
import { LanguageProvider } from './app/language.tsx';
import { LiveRegion } from './app/live-region.tsx';
import { router } from './app/router.tsx';
import { theme, tokensOfTheDesign } from './app/theme.ts';

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      refetchOnWindowFocus: false,
      // What the server refused it will refuse again; what did not reach it is tried once more.
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={tokensOfTheDesign} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <LanguageProvider>
          <LiveRegion>
            <RouterProvider router={router} />
          </LiveRegion>
        </LanguageProvider>
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
