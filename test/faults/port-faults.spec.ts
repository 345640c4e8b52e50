/**
 * Each fault at each method of each port, wherever a flow calls it: under a running server, the retry
 * ends in one effect or in an honest error, never in two; views are what a rebuild folds, and every
 * process comes to its end.
 */
import { describeInFull } from '#kernel/testing/full-run';
import { counted, Field } from './field.testkit.ts';
import { type Fault, FAULTS, mayHit, nameOf, type Site } from './fault-line.testkit.ts';
import { type Flow } from './flow.testkit.ts';
import { FLOWS } from './flows.testkit.ts';
import { methodsIn, methodsOfPorts, type PortMethod } from './ports.testkit.ts';

const METHODS = methodsOfPorts();
/** Of these, each place is hit in every flow: an answer rests on them. Of others, in the first that comes to it. */
const IN_EVERY_FLOW = ['EventStore', 'Vault'];

interface Row {
  readonly site: Site;
  /** One is enough. */
  readonly flows: Flow[];
}

interface Came {
  /** How many events of each type. */
  readonly effect: object;
  /** Where it called the ports. */
  readonly sites: readonly Site[];
}

async function run(field: Field, flow: Flow, fault?: { site: Site; fault: Fault }): Promise<Came> {
  const person = field.person();
  await flow.prepare(field, person);
  await field.atRest();
  const before = await field.stores.eventStore.head();
  field.told = [];
  field.line.record();
  if (fault) field.line.arm(fault.site, fault.fault);
  await flow.act(field, person);
  if (fault) await field.hit();
  await field.atRest();
  await field.line.release();
  await flow.later?.(field, person);
  await field.atRest();
  const sites = field.line.seen;
  await flow.check?.(field, person);
  const events = await field.events(before);
  const ours = events.filter((event) => !field.isOfTimeAndOthers(event, person));
  return { effect: counted(ours), sites };
}

describe('the methods of a port', () => {
  it('are read from its file, each with how it ends', () => {
    const text = `
      interface Port { readonly name: string; now(): number; all(): AsyncIterable<string>;
        one<T extends object>(key: string): Promise<T>; }
      interface Data { readonly at: string }`;
    expect(methodsIn(text)).toEqual([
      { port: 'Port', method: 'now', shape: 'sync' },
      { port: 'Port', method: 'all', shape: 'stream' },
      { port: 'Port', method: 'one', shape: 'call' },
    ]);
    expect(METHODS.length).toBeGreaterThan(40);
  });
});

describeInFull('each fault at each method of each port', () => {
  const rows: Row[] = [];
  let field: Field;
  let hits = 0;

  beforeAll(async () => {
    field = await new Field().start();
    const shared = new Map<string, Row>();
    const came: [string, object][] = [];
    for (const flow of FLOWS) {
      // What only a first time calls is not called again in each row.
      await run(field, flow);
      const { effect, sites } = await run(field, flow);
      came.push([flow.name, effect]);
      for (const site of sites) {
        const known = shared.get(nameOf(site));
        if (known) known.flows.push(flow);
        else {
          const row = { site, flows: [flow] };
          rows.push(row);
          if (!IN_EVERY_FLOW.includes(site.port)) shared.set(nameOf(site), row);
        }
      }
    }
    await field.dispose();
    expect(came).toEqual(FLOWS.map(({ name, effect }) => [name, effect]));
  }, 120_000);

  afterAll(() => {
    process.stderr.write(
      `Faults: ${hits} hit, of ${METHODS.length} methods at ${rows.length} places.\n`,
    );
  });

  const rowsOf = ({ port, method }: PortMethod) =>
    rows.filter(({ site }) => site.port === port && site.method === method);

  it('finds two effects where a client tries again under another key', async () => {
    field = await new Field().start();
    const careless: Flow = {
      name: 'a note is added',
      prepare: (at, person) => at.waiting(person),
      act: async (at, { caseId }) => {
        const ask = { as: 'rui', body: { text: 'Called back.' } };
        await at.insist(() => at.server.post(`/v1/cases/${caseId}/notes`, ask));
      },
      effect: { NoteAdded: 1 },
    };
    const append = METHODS.find(({ method }) => method === 'append')!;
    const site = { ...append, about: 'case by somebody' };
    const { effect } = await run(field, careless, { site, fault: 'done, then throws' });
    expect(effect).toEqual({ NoteAdded: 2 });
    await field.dispose();
  });

  const named = METHODS.map((of) => [`${of.port}.${of.method}`, of] as const);
  describe.each(named)('%s', (_, of) => {
    beforeAll(async () => {
      field = await new Field().start();
    });
    afterAll(() => field.dispose());

    it('is called by a flow', () => {
      expect(rowsOf(of).length).toBeGreaterThan(0);
    });

    it.each(FAULTS.filter((fault) => mayHit(fault, of)))(
      '%s: one effect, or an honest error and then one',
      async (fault) => {
        const broken: string[] = [];
        for (const { site, flows } of rowsOf(of)) {
          let isHit = false;
          for (const flow of flows) {
            try {
              const { effect } = await run(field, flow, { site, fault });
              isHit = field.line.hits === 1;
              if (!isHit) continue;
              expect([flow.effect, flow.orElse]).toContainEqual(effect);
              expect(await field.parked()).toEqual([]);
              if (fault === 'slow') expect(field.told).toEqual([]);
              hits += 1;
            } catch (error) {
              broken.push(`${nameOf(site)}, while ${flow.name}: ${(error as Error).message}`);
              await field.dispose().catch(() => undefined);
              field = await new Field().start();
            }
            break;
          }
          if (!isHit) broken.push(`${nameOf(site)} was not hit`);
        }
        expect(broken).toEqual([]);
      },
      300_000,
    );

    it('leaves views as a full rebuild folds them', async () => {
      expect(await field.viewFaults()).toEqual([]);
    });
  });
});
