import { eventBusContract } from '../../../test/contracts/event-bus.ts';
import { eventPathContract } from '../../../test/contracts/event-path.ts';
import { busPath, embeddedPath } from '../../../test/doubles/event-paths.ts';
import { MemoryEventBus } from './event-bus.ts';

eventBusContract('in memory', async () => {
  const bus = new MemoryEventBus();
  return { open: async () => bus.client(), stop: () => bus.close() };
});
eventPathContract('without a bus', async () => embeddedPath());
eventPathContract('over a bus in memory', async () => {
  const bus = new MemoryEventBus();
  return busPath(
    async () => bus.client(),
    'test',
    () => bus.close(),
  );
});
