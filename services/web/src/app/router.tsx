import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { Failed, Loading } from '../states/states.tsx';
import { Shell } from './shell.tsx';

const root = createRootRoute({ component: Shell });

/** Whatever stands in the address stays there: each page reads its own part of it. */
const anything = (search: Record<string, unknown>): Record<string, unknown> => search;

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/today' });
  },
});
const today = createRoute({
  getParentRoute: () => root,
  path: '/today',
  validateSearch: anything,
  component: lazyRouteComponent(() => import('../pages/today/today-page.tsx'), 'TodayPage'),
});
const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: anything,
  component: lazyRouteComponent(() => import('../pages/search/search-page.tsx'), 'SearchPage'),
});
const call = createRoute({
  getParentRoute: () => root,
  path: '/calls/$callId',
  validateSearch: anything,
  component: lazyRouteComponent(() => import('../pages/call/call-page.tsx'), 'CallPage'),
});
const upload = createRoute({
  getParentRoute: () => root,
  path: '/upload',
  component: lazyRouteComponent(() => import('../pages/upload/upload-page.tsx'), 'UploadPage'),
});
const operations = createRoute({
  getParentRoute: () => root,
  path: '/operations',
  validateSearch: anything,
  component: lazyRouteComponent(() => import('../pages/operations/operations-page.tsx'), 'OperationsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([index, today, search, call, upload, operations]),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
  scrollRestoration: false,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
