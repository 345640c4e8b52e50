/**
 * Twenty backups of a server whose clients never stop writing, each restored and served.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Position } from '#kernel/position';
import { describeInFull } from '#kernel/testing/full-run';
import { VaultCopy } from '#infra/vault/sqlite/vault-copy';
import { logOfFile } from '#infra/event-store/sqlite/log-file';
import { BackupRig } from '../../apps/cli/src/backup/backup.testkit.ts';
import { readWithRecords } from '../../apps/cli/src/backup/named-records.ts';
import { Snapshot } from '../../apps/cli/src/backup/snapshots.ts';
import { CliRig } from '../../apps/cli/src/cli.testkit.ts';
import { ServerProcess } from '../../apps/server/src/server-process.testkit.ts';
import { type Acknowledged, Casework } from './casework.testkit.ts';

const ROUNDS = 20;
/** Answers between two rounds. */
const BEFOREHAND = 60;
const never = new AbortController().signal;

let cli: CliRig;
let rig: BackupRig;
let work: Casework;
/** The one under load, and one that serves what was restored. */
const servers: ServerProcess[] = [];
/** Folders of the round. */
const made: string[] = [];
/** What the run has shown, for docs/reliability.md. */
const figures = {
  backups: 0,
  acknowledgedAndThere: 0,
  acknowledgedMeanwhile: [] as number[],
  eventsInTheLast: 0,
  lackingInTheOtherOrder: 0,
};

/** Resolves with its address when it serves. */
async function served(dataFolder: string): Promise<{ server: ServerProcess; url: string }> {
  const server = new ServerProcess(['--demo'], { ...rig.places, dataFolder });
  servers.push(server);
  return { server, url: await server.ready('curl -s http') };
}

describeInFull('a server under load', () => {
  beforeAll(async () => {
    cli = new CliRig();
    rig = new BackupRig(cli.root);
    const { url } = await served(rig.places.dataFolder);
    work = new Casework(url, 'load');
    work.start();
  }, 60_000);
  /** Twenty of them take gigabytes. Of a round that failed the server still runs. */
  afterEach(async () => {
    for (const server of servers.splice(1)) await server.end('SIGKILL');
    for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
  });
  afterAll(async () => {
    try {
      await work.stop();
    } finally {
      for (const server of servers) await server.end('SIGKILL');
      cli.dispose();
      process.stdout.write(`${JSON.stringify(figures)}\n`);
    }
  }, 60_000);

  const positionOf = ({ token }: Acknowledged) =>
    Buffer.from(token, 'base64url').toString().split('\n')[1]! as Position;

  it.each(Array.from({ length: ROUNDS }, (_, round) => `backup ${round + 1}`))(
    '%s under load holds all that was acknowledged before it, and serves',
    async (name) => {
      await work.moreOf(BEFOREHAND);
      const before = work.acknowledged.length;
      const submitted = work.submitted.length;
      const taken = await cli.run(['backup', rig.target(name)]);
      const after = work.acknowledged.length;
      expect([taken.code, taken.err]).toEqual([0, expect.any(String)]);
      // Else it was under no load.
      expect(after).toBeGreaterThan(before);
      const { vault } = rig.manifest(name);
      expect(vault).toMatchObject({ lacking: 0, erasedSubjects: 0 });

      const elsewhere = `${name} restored`;
      const dataFolder = cli.dataFolder(elsewhere);
      made.push(rig.target(name), join(cli.root, elsewhere));
      const keyFile = ['--key-file', rig.places.keyFile];
      const restored = await cli.run(['restore', rig.target(name), ...keyFile], elsewhere);
      expect([restored.code, restored.out]).toEqual([0, expect.stringContaining('opens\n')]);
      const events = await rig.events(dataFolder);
      const streamAt = new Map(events.map(({ position, stream }) => [position, stream]));
      const lost = work.acknowledged
        .slice(0, before)
        .filter((one) => streamAt.get(positionOf(one)) !== one.stream);
      expect(lost).toEqual([]);
      expect(events.length).toBeGreaterThanOrEqual(before);

      const { server, url } = await served(dataFolder);
      const anew = new Casework(url, `${name.replace(' ', '-')}`);
      for (const { person, caseId, fileRef, content } of work.submitted
        .slice(0, submitted)
        .slice(-3)) {
        const path = `/v1/cases/${caseId}`;
        expect((await anew.get(person, path)).body).toMatchObject({ caseId, round: 1 });
        const file = await anew.download(person, `${path}/files/${fileRef}`);
        expect(file.equals(content)).toBe(true);
      }
      const old = work.acknowledged[0]!.token;
      expect(await anew.get('otto', '/v1/audit', old)).toMatchObject({
        status: 400,
        body: { code: 'position-token-of-another-store' },
      });
      const { caseId } = await anew.submitCase();
      for (let decided: string | undefined; decided !== caseId;)
        decided = await anew.decideNext('rui');
      expect(await server.end('SIGTERM')).toBe(0);
      figures.backups++;
      figures.acknowledgedAndThere += before;
      figures.acknowledgedMeanwhile.push(after - before);
      figures.eventsInTheLast = events.length;
    },
    120_000,
  );

  it('files that were copied in the other order lack what events name: the load would show it', async () => {
    const folder = join(cli.root, 'other-order');
    mkdirSync(folder);
    const { dataFolder } = rig.places;
    for (const file of ['vault.sqlite', 'keys.sqlite', 'events.sqlite']) {
      const snapshot = new Snapshot(dataFolder, file);
      snapshot.pin();
      await snapshot.copyTo(join(folder, file), never);
      snapshot.release();
      await work.moreOf(BEFOREHAND);
    }
    const log = logOfFile(join(folder, 'events.sqlite'));
    const { named } = await readWithRecords(log, never, () => undefined);
    const vault = new VaultCopy(folder);
    const lacking = [...named.get('demo')!].filter((ref) => !vault.holds(ref));
    vault.close();
    expect(lacking.length).toBeGreaterThan(0);
    figures.lackingInTheOtherOrder = lacking.length;
  }, 60_000);
});
