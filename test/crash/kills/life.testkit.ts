/**
 * The life of one data folder: servers on it are killed one after the other, under a load that none of
 * them ends. After each kill the log is held against what the clients were told, and the views against a
 * rebuild; at the end (end.testkit.ts) nothing may be unfinished.
 */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Instant } from '#kernel/instants';
import { logOfLives, MAPPING } from '../../../apps/cli/src/small-log.testkit.ts';
import { type ServerProcess } from '../../../apps/server/src/server-process.testkit.ts';
import { controls } from './damage.testkit.ts';
import { endFaultsOf, untilAtRest } from './end.testkit.ts';
import { Fleet, type KeyedDigest } from './fleet.testkit.ts';
import { doneWith, passingFolder } from './leftovers.testkit.ts';
import { faultsOf, rowsOf } from './log-checker.testkit.ts';
import { type Kill, missed, type Plan, RANDOM } from './plan.testkit.ts';
import { type Tally } from './tally.testkit.ts';
import { type Aim, anIssuer, casetrail, endedFromOutside, serverOf } from './victim.testkit.ts';
import { vaultFaultsOf, withVault } from './vault-checker.testkit.ts';
import { loseViews, type Places, viewFaultsOf } from './views-checker.testkit.ts';

/** Processes of clients. */
const CLIENTS = 2;
/** A point that does not come is not waited for longer: the kill is one at a random moment. */
const PATIENCE_MS = 3_000;
/** Each kind of life, in a log that is imported. */
const IMPORTED_TIMES = 10;
const FAULTS_SAID = 20;

export class Life {
  readonly folder: string;
  readonly #places: Places;
  readonly #plan: Plan;
  readonly #tally: Tally;
  readonly #say: (line: string) => void;
  readonly #label: string;
  #jwks = '';
  #fleet: Fleet | undefined;
  #digests: KeyedDigest | undefined;
  #server: ServerProcess | undefined;
  #imports = 0;
  /** In the log now. */
  #importedEvents = 0;
  /** Of one that nobody killed. */
  #eventsOfAnImport: number | undefined;
  #kills = 0;
  /** When all was at rest, at the end. */
  #restAt: Instant | undefined;

  constructor(label: string, plan: Plan, tally: Tally, say: (line: string) => void) {
    this.folder = passingFolder('casetrail-kills-');
    this.#label = label;
    this.#places = {
      dataFolder: join(this.folder, 'data'),
      keyFile: join(this.folder, 'keys', 'root.key'),
    };
    this.#plan = plan;
    this.#tally = tally;
    this.#say = say;
  }

  /** @throws Error with all that does not hold */
  async of(kills: number, seed: number): Promise<void> {
    const { secret, jwks } = await anIssuer(this.folder);
    this.#jwks = jwks;
    for (let first = 0; first < 2 && this.#kills < kills; first++) await this.#firstStart();
    this.#fleet = new Fleet(this.#label, CLIENTS, seed, secret);
    while (this.#kills < kills) {
      // What the first starts left may be no data folder yet: a server makes it one, and serves.
      const kill = this.#digests ? this.#plan.next() : this.#plan.firstUnderLoad();
      await this.#round(kill);
      await this.#check(kill);
    }
    await this.#finish();
  }

  /** @param keeping the folder, for whoever looks for what went wrong in it */
  async dispose(keeping: boolean): Promise<void> {
    await this.#server?.end('SIGKILL');
    await this.#fleet?.end();
    doneWith(this.folder, keeping);
  }

  /** Once it is over. @throws Error where the checker would pass over a damage */
  controls(): Promise<readonly string[]> {
    const requests = this.#fleet!.requests(this.#digests!);
    return controls(this.#places, requests, join(this.folder, 'scratch'), this.#restAt!);
  }

  async #firstStart(): Promise<void> {
    const kill = this.#plan.first();
    const aim = kill as Aim;
    if (kill.how === 'init') {
      const ended = await casetrail(['init'], this.#places, aim);
      this.#counted(kill.how, aim.point, ended.killed);
      return;
    }
    const server = serverOf(this.#places, this.#jwks, aim);
    const killed = await Promise.race([
      server.exited,
      server.ready().then(
        () => undefined,
        () => null,
      ),
    ]);
    if (killed === undefined) await server.end('SIGKILL');
    else if (endedFromOutside(server)) return this.#tally.endedFromOutside(`${this.#label}, first`);
    this.#counted(kill.how, aim.point, killed === null);
  }

  async #round(kill: Kill): Promise<void> {
    if (kill.how === 'import') return this.#import(kill);
    if (kill.how === 'rebuild') {
      const ended = await casetrail(['rebuild'], this.#places, kill);
      if (!ended.killed) throw new Error(`The rebuild was not killed: ${ended.said}`);
      this.#counted(kill.how, kill.point, true);
      return;
    }
    if (kill.how === 'folds anew') loseViews(this.#places);
    const isAimed = kill.how !== RANDOM;
    this.#server = serverOf(this.#places, this.#jwks, isAimed ? (kill as Aim) : undefined);
    const server = this.#server;
    const serves = server.ready().then(
      (url) => this.#fleet!.moveTo(url),
      () => undefined,
    );
    const later = async () => {
      if (isAimed || kill.since === 'listening') await serves;
      return sleep(isAimed ? PATIENCE_MS : kill.afterMs);
    };
    await Promise.race([server.exited, later()]);
    const itself = server.child.signalCode !== null;
    const fromOutside = endedFromOutside(server);
    await server.end('SIGKILL');
    await serves;
    this.#server = undefined;
    this.#fleet!.moveTo(null);
    if (fromOutside) this.#tally.endedFromOutside(`${this.#label}, after kill ${this.#kills}`);
    else this.#counted(kill.how, isAimed ? (kill as Aim).point : RANDOM, !isAimed || itself);
  }

  /** Killed in the middle of it, and done again: its events are there once, as of one that nobody killed. */
  async #import(aim: Aim): Promise<void> {
    this.#eventsOfAnImport ??= await this.#imported(this.#logToImport());
    const log = this.#logToImport();
    const killed = await casetrail(log, this.#places, aim);
    if (!killed.killed) throw new Error(`The import was not killed: ${killed.said}`);
    this.#counted('import', aim.point, true);
    const events = await this.#imported(log);
    if (events === this.#eventsOfAnImport) return;
    this.#refuse(
      [`an import of ${this.#eventsOfAnImport} events has ${events}, killed and done again`],
      JSON.stringify(aim),
    );
  }

  #logToImport(): readonly string[] {
    const label = `log${this.#imports++}-`;
    const log = join(this.folder, `${label}.xes`);
    writeFileSync(log, logOfLives(IMPORTED_TIMES, label));
    const mapping = join(this.folder, 'mapping.json');
    writeFileSync(mapping, JSON.stringify(MAPPING));
    return ['import', log, '--mapping', mapping];
  }

  /** @returns how many events there are of it, once it has come to its end */
  async #imported(words: readonly string[]): Promise<number> {
    const before = this.#importedEvents;
    const ended = await casetrail(words, this.#places);
    if (ended.code !== 0) throw new Error(`The import ended with ${ended.code}: ${ended.said}`);
    const rows = rowsOf(join(this.#places.dataFolder, 'events.sqlite'));
    this.#importedEvents = rows.filter(({ metadata }) => metadata.imported).length;
    return this.#importedEvents - before;
  }

  #counted(how: string, point: string, reached: boolean): void {
    this.#kills += 1;
    const met = how === 'init' ? `${point} (init)` : point;
    this.#tally.killed(reached ? met : missed(point));
  }

  async #check(kill: Kill): Promise<void> {
    await this.#fleet!.heard();
    const scratch = join(this.folder, 'scratch');
    mkdirSync(scratch, { recursive: true });
    const copy = join(scratch, 'log');
    try {
      cpSync(this.#places.dataFolder, copy, { recursive: true });
      const places = { ...this.#places, dataFolder: copy };
      const rows = rowsOf(join(copy, 'events.sqlite'));
      const faults = [
        ...faultsOf(rows, this.#fleet!.requests(await this.#digestsOf(places))),
        ...(await vaultFaultsOf(rows, places)),
        ...(await viewFaultsOf(this.#places, scratch)),
      ];
      this.#tally.viewChecks += 1;
      this.#refuse(faults, `kill ${this.#kills} (${JSON.stringify(kill)})`);
      this.#say(
        `${this.#label} kill ${this.#kills}: ${JSON.stringify(kill)}; ${rows.length} events`,
      );
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  }

  /** Once there is a vault: its root key never changes. @param copy is written to */
  async #digestsOf(copy: Places): Promise<KeyedDigest> {
    this.#digests ??= await withVault(copy, async (vault) => vault.keyedDigest.bind(vault));
    return this.#digests;
  }

  #refuse(faults: readonly string[], when: string): void {
    if (faults.length === 0) return;
    throw new Error(`after ${when}:\n${faults.slice(0, FAULTS_SAID).join('\n')}`);
  }

  /** No kill any more: the clients end what they have begun, and the processes all that follows. */
  async #finish(): Promise<void> {
    const fleet = this.#fleet!;
    const rest = untilAtRest(fleet, this.#places.dataFolder);
    // Nobody waits for it any more where a server ended by itself: that is what is told then.
    rest.catch(() => undefined);
    while (!(await this.#servedUntil(rest))) {
      this.#tally.endedFromOutside(`${this.#label}, at its end`);
    }
    const { at, unmet } = await rest;
    this.#restAt = at;
    const requests = fleet.requests(await this.#digestsOf(this.#places));
    const scratch = join(this.folder, 'scratch');
    const { faults, events, demanded } = await endFaultsOf(this.#places, requests, scratch, at);
    this.#tally.over(events, requests, demanded);
    this.#refuse([...unmet, ...faults], 'the end');
  }

  /** @returns whether it served until then, and nobody else ended it before */
  async #servedUntil(rest: Promise<unknown>): Promise<boolean> {
    const server = serverOf(this.#places, this.#jwks);
    this.#server = server;
    void server.ready().then(
      (url) => this.#fleet!.moveTo(url),
      () => undefined,
    );
    const cameToRest = await Promise.race([rest.then(() => true), server.exited.then(() => false)]);
    if (cameToRest) await server.end('SIGKILL');
    else endedFromOutside(server);
    this.#server = undefined;
    this.#fleet!.moveTo(null);
    return cameToRest;
  }
}
