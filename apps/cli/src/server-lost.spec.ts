/** What any command says that loses the server of the events midway. */
import { describeInFull } from '#kernel/testing/full-run';
import { FakeEventStoreDb } from '../../../test/stores/fake-eventstoredb.ts';
import { CliRig } from './cli.testkit.ts';
import { logOfLives, MAPPING } from './small-log.testkit.ts';

let rig: CliRig;
let server: FakeEventStoreDb;
beforeAll(async () => {
  rig = new CliRig();
  server = await FakeEventStoreDb.start();
});
afterAll(async () => {
  rig.dispose();
  await server.close();
});

describeInFull('a command that loses the server of the events', () => {
  it('names the server and the setting, says what to do, and goes on when it is run again', async () => {
    const { port } = server;
    const settings = { CASETRAIL_EVENT_STORE: server.url.replace('://', '://user:SECRET@') };
    await rig.told(['init'], 'one', settings);
    const mapping = rig.write('small.mapping.json', JSON.stringify(MAPPING));
    const words = ['import', rig.write('small.xes', logOfLives(40)), '--mapping', mapping];
    const importing = rig.told(words, 'one', settings);
    while (server.streams.length < 6) await new Promise(setImmediate);
    await server.close();
    const { code, err } = await importing;
    expect(code).not.toBe(0);
    expect(err).toContain(
      `CASETRAIL_EVENT_STORE: The server at 127.0.0.1:${port} does not answer any more. See that it runs`,
    );
    expect(err).not.toMatch(/SECRET|disk/);
    await server.listen(port);
    expect(await rig.told(words, 'one', settings)).toMatchObject({ code: 0 });
  }, 30_000);
});
