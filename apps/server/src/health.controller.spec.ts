import { StoreUnusable } from '#infra/event-store/event-store.errors';
import { type EventStore } from '#infra/event-store/event-store.port';
import { type Projector } from '#infra/projector/projector';
import { type ReadStore } from '#infra/read-store/read-store.port';
import { type Vault } from '#infra/vault/vault.port';
import { HealthController } from './health.controller.ts';

/** What each store is asked, one entry a time, and how it answers. */
function controllerOver(
  answers: Partial<Record<'log' | 'views' | 'vault', () => Promise<void>>>,
  damage?: StoreUnusable,
) {
  const asked: string[] = [];
  const asking = (name: 'log' | 'views' | 'vault') => () => {
    asked.push(name);
    return answers[name]?.() ?? Promise.resolve();
  };
  const controller = new HealthController(
    { ready: asking('log') } as unknown as EventStore,
    { status: asking('views') } as unknown as ReadStore,
    { ready: asking('vault') } as unknown as Vault,
    { damage } as unknown as Projector,
  );
  return { controller, asked };
}

describe('readiness', () => {
  it('is told when log and vault can be written and views read', async () => {
    const { controller, asked } = controllerOver({});
    expect(await controller.ready()).toEqual({ ready: true });
    expect(asked.sort()).toEqual(['log', 'vault', 'views']);
  });

  it.each(['log', 'views', 'vault'] as const)('is refused as the %s refuses', async (name) => {
    const refusal = new Error('no room');
    const { controller } = controllerOver({ [name]: () => Promise.reject(refusal) });
    await expect(controller.ready()).rejects.toBe(refusal);
  });

  it('is refused where views cannot pass a damage of the log, which takes appends all the same', async () => {
    const damage = new StoreUnusable('the event at position 7 is damaged');
    await expect(controllerOver({}, damage).controller.ready()).rejects.toBe(damage);
  });

  it('is looked for once for all who ask at the same time, and anew for the next', async () => {
    const first = Promise.withResolvers<void>();
    const { controller, asked } = controllerOver({ log: () => first.promise });
    const crowd = Promise.all([controller.ready(), controller.ready(), controller.ready()]);
    expect(asked.filter((name) => name === 'log')).toHaveLength(1);
    first.resolve();
    expect(await crowd).toHaveLength(3);
    await controller.ready();
    expect(asked.filter((name) => name === 'log')).toHaveLength(2);
  });

  it('is looked for anew after a refusal', async () => {
    let full = true;
    const { controller } = controllerOver({
      vault: () => (full ? Promise.reject(new Error('no room')) : Promise.resolve()),
    });
    await expect(controller.ready()).rejects.toThrow('no room');
    full = false;
    expect(await controller.ready()).toEqual({ ready: true });
  });
});
