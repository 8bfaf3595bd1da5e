import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  parseSearchWith,
  redirect,
  stringifySearchWith,
} from '@tanstack/react-router';
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

/** Texts stand in the address as they are, so that `?q="保证收益"` can be written by hand; numbers and objects are read as such. */
function readParameter(text: string): unknown {
  return /^(?:[[{]|-?\d{1,15}$)/u.test(text) ? (JSON.parse(text) as unknown) : text;
}

export const router = createRouter({
  parseSearch: parseSearchWith(readParameter),
  stringifySearch: stringifySearchWith(JSON.stringify),
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
