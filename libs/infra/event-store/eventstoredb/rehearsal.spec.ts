import { randomUUID } from 'node:crypto';
import { AccessDeniedError } from '@eventstore/db-client';
import { FakeEventStoreDb } from '../../../../test/stores/fake-eventstoredb.ts';
import { parseConnectionString } from './connection-string.ts';
import { rehearseBeginning } from './rehearsal.ts';
import { ClientSupply } from './supervised-client.ts';

let server: FakeEventStoreDb;
let supply: ClientSupply;
beforeEach(async () => {
  server = await FakeEventStoreDb.start();
  supply = new ClientSupply(parseConnectionString(server.url));
});
afterEach(async () => {
  await supply.close();
  await server.close();
});

describe('a beginning that is rehearsed', () => {
  const rehearse = () => rehearseBeginning(supply.current(), randomUUID(), 5_000);

  it('comes as far as the append that would begin the log, which is sent and cannot be taken', async () => {
    const client = supply.current();
    const append = client.appendToStream.bind(client);
    const answers: unknown[] = [];
    client.appendToStream = (async (...given: Parameters<typeof append>) =>
      append(...given).catch((error: unknown) => {
        answers.push(error);
        throw error;
      })) as typeof append;
    await rehearse();
    expect(answers).toEqual([expect.objectContaining({ type: 'wrong-expected-version' })]);
    expect(server.streams).toEqual([]);
  });

  it('fails as the beginning would for who may read, and not append', async () => {
    supply.current().appendToStream = () => Promise.reject(new AccessDeniedError());
    await expect(rehearse()).rejects.toBeInstanceOf(AccessDeniedError);
  });
});
