import { type CommandEnvelope } from '#infra/command-handler/command-handler';
import { type EventStore } from '#infra/event-store/event-store.port';
import { SYSTEM } from '#kernel/actor';
import { systemClock } from '#kernel/clock';
import { PlatformHandler, PlatformMessage } from './platform.handler.ts';

/** A log that nobody may reach: what is asked of it fails the spec. */
const untouched = {} as EventStore;

describe('a platform id', () => {
  it.each(['', 'Shop', 'shop/eu', 'shop_eu', '-shop', '拼多多', 's'.repeat(64)])(
    'that is not of the form of one is refused before the log is asked: %j',
    async (id) => {
      const envelope = {
        platform: 'shop',
        commandId: 'command-1',
        actor: SYSTEM,
      } as unknown as CommandEnvelope;
      const command = { type: 'RegisterPlatform' } as never;
      const handler = new PlatformHandler(untouched, systemClock);
      expect(await handler.execute(new PlatformMessage(id, envelope, command))).toMatchObject({
        kind: 'refused',
        violation: { code: 'platform-id' },
      });
    },
  );
});
